package org.kiln.interests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NodeTables;
import org.kiln.core.net.Interest;
import org.kiln.core.net.Interests.Outcome;
import org.kiln.events.EventStore;
import org.kiln.store.memory.MemoryStore;

class StoredInterestsTest {
  private static final Interest MODELS = Interest.of(StreamId.MODEL);
  private static final Interest ONE_STREAM =
      new Interest(
          "model",
          MODELS.value(),
          Optional.of("did:key:z6MkgSV3tAuw7gUWqKCUY7ae6uWNxqYgdwPhUJbJhF9EFXm9"),
          Optional.of(
              StreamId.parse("kjzl6cwe1jw147dvq16zluojmraqvwdmbh61dx9e0c59i344lcrsgqfohexp60s")));

  private final EventStore store = EventStore.open(new MemoryStore(NodeTables.ALL));
  private final StoredInterests interests = new StoredInterests(store);

  @AfterEach
  void close() {
    store.close();
  }

  private static Interest numbered(int number) {
    byte[] value = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    return new Interest("model", Ipld.Bytes.wrap(value), Optional.empty(), Optional.empty());
  }

  @Test
  void shouldHaveThemAgainAfterARestart() throws Exception {
    assertThat(interests.add(MODELS, Deadline.NONE)).isEqualTo(Outcome.CHANGED);
    assertThat(interests.add(ONE_STREAM, Deadline.NONE)).isEqualTo(Outcome.CHANGED);
    assertThat(interests.add(MODELS, Deadline.NONE)).isEqualTo(Outcome.UNCHANGED);

    assertThat(new StoredInterests(store).all()).containsExactlyInAnyOrder(MODELS, ONE_STREAM);
  }

  @Test
  void shouldForgetWhatIsRemoved() throws Exception {
    interests.add(MODELS, Deadline.NONE);
    interests.add(ONE_STREAM, Deadline.NONE);

    assertThat(interests.remove(MODELS, Deadline.NONE)).isEqualTo(Outcome.CHANGED);
    assertThat(interests.remove(MODELS, Deadline.NONE)).isEqualTo(Outcome.UNCHANGED);

    assertThat(interests.all()).containsExactly(ONE_STREAM);
    assertThat(new StoredInterests(store).all()).containsExactly(ONE_STREAM);
  }

  @Test
  void shouldTellOfEachChangeUntilItIsEnded() throws Exception {
    AtomicInteger told = new AtomicInteger();
    AutoCloseable listening = interests.onChange(told::incrementAndGet);

    interests.add(MODELS, Deadline.NONE);
    interests.add(MODELS, Deadline.NONE);
    interests.remove(MODELS, Deadline.NONE);
    assertThat(told).hasValue(2);

    listening.close();
    interests.add(MODELS, Deadline.NONE);
    assertThat(told).hasValue(2);
  }

  @Test
  void rejectsOneMoreThanThereMayBe() throws Exception {
    for (int i = 0; i < StoredInterests.MOST; i++) {
      assertThat(interests.add(numbered(i), Deadline.NONE)).isEqualTo(Outcome.CHANGED);
    }
    assertThat(interests.add(MODELS, Deadline.NONE)).isEqualTo(Outcome.FULL);
    assertThat(interests.add(numbered(7), Deadline.NONE)).isEqualTo(Outcome.UNCHANGED);
    assertThat(interests.all()).hasSize(StoredInterests.MOST).doesNotContain(MODELS);

    interests.remove(numbered(7), Deadline.NONE);
    assertThat(interests.add(MODELS, Deadline.NONE)).isEqualTo(Outcome.CHANGED);
  }

  @Test
  void rejectsAStreamWithoutItsController() {
    assertThatThrownBy(
            () -> new Interest("model", MODELS.value(), Optional.empty(), ONE_STREAM.stream()))
        .hasMessage("controller is required if stream_id is specified");
  }
}
