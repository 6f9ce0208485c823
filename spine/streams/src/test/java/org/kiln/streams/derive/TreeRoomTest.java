package org.kiln.streams.derive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.StreamId;

class TreeRoomTest {
  private static final StreamId STREAM =
      StreamId.of(0, Block.of(Cid.DAG_CBOR, new byte[] {(byte) 0xa0}).cid());
  private static final long MIB = 1 << 20;

  private final TreeRoom room = new TreeRoom(10 * MIB);

  @Test
  void rejectsATreeThatGrowsTooLargeByNameAndFigures() {
    try (TreeRoom.Place place = room.place(STREAM)) {
      place.grownTo(10 * MIB);
      assertThat(place.full()).isFalse();
      assertThatThrownBy(() -> place.grownTo(11 * MIB))
          .isInstanceOf(DeadlineExpiredException.class)
          .hasMessageContainingAll(STREAM.toString(), "11 MiB", "10 MiB", "KILN_JAVA_OPTS");
      assertThat(place.full()).isTrue();
    }
    try (TreeRoom.Place next = room.place(STREAM)) {
      next.grownTo(10 * MIB);
      assertThat(next.full()).as("what was refused has left").isFalse();
    }
  }

  @Test
  void rejectsOneThatHasNoRoomBesideOthers() {
    try (TreeRoom.Place one = room.place(STREAM);
        TreeRoom.Place other = room.place(STREAM)) {
      one.grownTo(6 * MIB);
      assertThatThrownBy(() -> other.grownTo(5 * MIB)).isInstanceOf(DeadlineExpiredException.class);
      assertThat(one.full()).isFalse();
    }
  }
}
