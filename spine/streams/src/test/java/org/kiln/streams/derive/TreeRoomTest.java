package org.kiln.streams.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

class TreeRoomTest {
  private static final StreamId STREAM =
      StreamId.of(0, Block.of(Cid.DAG_CBOR, new byte[] {(byte) 0xa0}).cid());
  private static final long MIB = 1 << 20;

  private final AtomicLong now = new AtomicLong();
  private final TreeRoom room = new TreeRoom(10 * MIB, now::get);
  private final List<String> gone = new ArrayList<>();

  private TreeRoom.Place resting(String name, long mib, int events, boolean finished) {
    TreeRoom.Place place = room.place(STREAM);
    place.grownTo(mib * MIB, events);
    place.rest(finished, () -> gone.add(name));
    return place;
  }

  @Test
  void rejectsATreeThatGrowsTooLargeByNameAndFigures() {
    try (TreeRoom.Place place = room.place(STREAM)) {
      place.grownTo(10 * MIB, 1);
      assertThatThrownBy(() -> place.grownTo(11 * MIB, 2))
          .isInstanceOf(NoRoomException.class)
          .hasMessageContainingAll(STREAM.toString(), "11 MiB", "10 MiB", "KILN_JAVA_OPTS");
      assertThat(place.fits()).isFalse();
    }
    assertThat(room.taken()).isZero();
    try (TreeRoom.Place next = room.place(STREAM)) {
      assertThatCode(() -> next.grownTo(10 * MIB, 1))
          .as("what was refused has left")
          .doesNotThrowAnyException();
    }
  }

  @Test
  void rejectsOneThatHasNoRoomBesideOthersForNow() {
    try (TreeRoom.Place one = room.place(STREAM);
        TreeRoom.Place other = room.place(STREAM)) {
      one.grownTo(6 * MIB, 1);
      NoRoomException refusal =
          catchThrowableOfType(NoRoomException.class, () -> other.grownTo(5 * MIB, 9));
      assertThat(refusal.ever()).isFalse();
      assertThat(refusal).hasMessageContaining("again later");
      assertThat(other.fits()).isTrue();
      other.close();
      assertThatCode(() -> one.grownTo(10 * MIB, 1)).doesNotThrowAnyException();
      assertThat(catchThrowableOfType(NoRoomException.class, () -> one.grownTo(11 * MIB, 1)).ever())
          .isTrue();
    }
  }

  @Test
  void shouldTakeTheRoomOfFinishedOnesFirst() {
    resting("begun", 3, 1, false);
    resting("old", 3, 900, true);
    resting("new", 3, 900, true);
    try (TreeRoom.Place place = room.place(STREAM)) {
      place.grownTo(4 * MIB, 100);
      assertThat(gone).containsExactly("old");
      place.grownTo(7 * MIB, 100);
      assertThat(gone).containsExactly("old", "new");
      place.grownTo(10 * MIB, 100);
      assertThat(gone).containsExactly("old", "new", "begun");
    }
  }

  @Test
  void rejectsOneWhereAnotherHasComeFarther() {
    TreeRoom.Place giant = resting("giant", 7, 500, false);
    try (TreeRoom.Place place = room.place(STREAM)) {
      assertThatThrownBy(() -> place.grownTo(4 * MIB, 499)).isInstanceOf(NoRoomException.class);
      assertThat(giant.wake()).as("it comes to its end").isTrue();
      giant.close();
      assertThatCode(() -> place.grownTo(4 * MIB, 499)).doesNotThrowAnyException();
    }
  }

  @Test
  void shouldForgetWhatNobodyGoesOnWith() {
    TreeRoom.Place left = resting("left", 7, 500, false);
    resting("whole", 1, 500, true);
    now.addAndGet(Duration.ofMinutes(11).toNanos());
    try (TreeRoom.Place place = room.place(STREAM)) {
      place.grownTo(MIB, 1);
      assertThat(gone).containsExactly("left");
      assertThat(left.wake()).isFalse();
      assertThat(room.taken()).isEqualTo(2 * MIB);
    }
  }

  @Test
  void shouldPushOutNothingThatIsInUse() {
    TreeRoom.Place used = resting("used", 7, 1, true);
    assertThat(used.wake()).isTrue();
    try (TreeRoom.Place place = room.place(STREAM)) {
      assertThatThrownBy(() -> place.grownTo(4 * MIB, 9)).isInstanceOf(NoRoomException.class);
      assertThat(gone).isEmpty();
    }
  }
}
