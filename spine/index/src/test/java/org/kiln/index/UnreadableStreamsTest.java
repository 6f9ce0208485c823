package org.kiln.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.index.OwedStream;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException.Reason;

/** Streams that cannot be read, now or ever, hold up no other. */
class UnreadableStreamsTest extends RoomScene {
  @Test
  void shouldNotBeHeldUpByAStreamThatCannotBeRead() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId lost = document(note, "lost", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    StreamState state = states.remove(lost);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(this::read)
          .hasMessage("Stream " + lost + " cannot be read now: It is not here");
    }
    read();
    assertThat(found(note)).containsExactly(fine);

    states.put(lost, state);
    close();
    open();

    room.reader().position();
    Deadline deadline = Deadline.in(Duration.ofSeconds(60));
    while (!paged(note).equals(List.of(lost, fine)) && !deadline.expired()) {
      Thread.onSpinWait();
    }
    assertThat(found(note)).containsExactly(lost, fine);
  }

  @Test
  void shouldNotBeHeldUpByAStreamThatIsDamaged() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId broken = document(note, "broken", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    damaged.put(broken, new IllegalStateException("A page of it is damaged"));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(this::read).hasMessageContaining("A page of it is damaged");
    }
    read();

    assertThat(found(note)).containsExactly(fine);
    assertThat(room.owing()).isEqualTo(1);
  }

  @Test
  void shouldNotBeHeldUpByAStreamWhoseReadingBreaksDown() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId deep = document(note, "deep", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    damaged.put(deep, new StackOverflowError("It is too deep"));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(this::read).hasMessageContaining("It is too deep");
    }
    read();

    assertThat(found(note)).containsExactly(fine);
    assertThat(room.owing()).isEqualTo(1);
  }

  @Test
  void shouldNotWaitForAStreamThatHasNoValidState() throws Exception {
    StreamId note = model("note");
    index(note);
    StreamId expired = document(note, "expired", Ipld.map());
    StreamId fine = document(note, "fine", Ipld.map());
    states.remove(expired);
    missing = Reason.INVALID;

    read();

    assertThat(found(note)).containsExactly(fine);
    assertThat(room.owing()).isZero();
  }

  @Test
  void shouldKeepApartHowOftenNewAndEarlierChangesWereTried() {
    Insistence one = new Insistence();
    List<OwedStream> unread = List.of(new OwedStream(StreamId.MODEL, 1, 0));
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() -> one.on(unread, "why")).hasMessageEndingWith("why");
    }
    one.on(unread, "why");
    assertThatThrownBy(() -> one.on(unread, "why")).hasMessageEndingWith("why");
    one.on(List.of(), "");
  }
}
