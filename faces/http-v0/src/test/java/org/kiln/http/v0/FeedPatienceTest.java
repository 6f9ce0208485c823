package org.kiln.http.v0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/** For whom a listener of the feed waits, and how long. */
class FeedPatienceTest {
  private static final int TYPE = 7;
  private static final StreamException NO_TYPE =
      new StreamException(Reason.UNAVAILABLE, "No type 7", Dependency.streamType(TYPE));
  private static final StreamException BUSY = new StreamException(Reason.BUSY, "Too much to do");

  private long now = Long.MAX_VALUE - 5;
  private final FeedPatience patience =
      new FeedPatience(Duration.ofSeconds(30), Duration.ofSeconds(300), () -> now);

  private static StreamId stream(int salt) {
    return StreamId.of(TYPE, Cid.sha256(0x71, new byte[] {(byte) salt}));
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  private void giveUp(StreamId stream, StreamException refusal, int seconds) {
    assertThat(patience.lasts(stream, refusal)).isTrue();
    pass(seconds - 1);
    assertThat(patience.lasts(stream, refusal)).isTrue();
    pass(1);
    assertThat(patience.lasts(stream, refusal)).isFalse();
  }

  @Test
  void shouldWaitForEachDocumentFromItsFirstRefusal() {
    assertThat(patience.lasts(stream(1), NO_TYPE)).isTrue();
    pass(29);
    patience.read(stream(1));
    pass(3_600);

    giveUp(stream(2), NO_TYPE, 30);
  }

  @Test
  void shouldWaitLongerForANodeThatHasTooMuchToDo() {
    AnswerRoom room = new AnswerRoom(1024);
    room.take(1024);
    Exception full = catchThrowableOfType(AnswerRoom.FullException.class, () -> room.take(1024));
    StreamException storage = new StreamException(Reason.STORAGE, "The disk fails");
    for (Exception refusal : List.of(BUSY, storage, full)) {
      assertThat(patience.lasts(stream(1), refusal)).isTrue();
      pass(299);
      assertThat(patience.lasts(stream(1), refusal)).isTrue();
      patience.read(stream(1));
    }

    giveUp(stream(1), BUSY, 300);
  }

  @Test
  void shouldNotWaitForWhatIsDecided() {
    AnswerRoom room = new AnswerRoom(1024);
    assertThat(
            patience.lasts(
                stream(1),
                catchThrowableOfType(AnswerRoom.FullException.class, () -> room.take(2048))))
        .isFalse();
    for (Reason reason : List.of(Reason.INVALID, Reason.CONFLICT, Reason.NOT_FOUND)) {
      assertThat(patience.lasts(stream(1), new StreamException(reason, "No"))).isFalse();
    }

    giveUp(stream(1), NO_TYPE, 30);
  }

  @Test
  void shouldWaitOnceForWhatManyDocumentsLack() {
    giveUp(stream(1), NO_TYPE, 30);

    for (int i = 2; i < 100; i++) {
      pass(1);
      assertThat(patience.lasts(stream(i), NO_TYPE)).isFalse();
    }
    StreamException method =
        new StreamException(Reason.UNAVAILABLE, "No did:web", Dependency.didMethod("web"));
    giveUp(stream(1), method, 30);
    pass(300);
    assertThat(patience.lasts(stream(2), NO_TYPE)).isTrue();
  }

  @Test
  void shouldWaitAgainForATypeThatHasBeenBack() {
    giveUp(stream(1), NO_TYPE, 30);

    patience.read(stream(2));

    giveUp(stream(3), NO_TYPE, 30);
  }

  @Test
  void shouldWaitOnceForAStreamThatIsNeverRead() {
    giveUp(stream(1), BUSY, 300);

    assertThat(patience.lasts(stream(1), BUSY)).isFalse();
    giveUp(stream(2), BUSY, 300);
    patience.read(stream(1));
    giveUp(stream(1), BUSY, 300);
  }
}
