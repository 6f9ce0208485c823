package org.kiln.streams.derive;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
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
      assertThatThrownBy(() -> place.grownTo(11 * MIB))
          .isInstanceOf(NoRoomException.class)
          .hasMessageContainingAll(STREAM.toString(), "11 MiB", "10 MiB", "KILN_JAVA_OPTS");
    }
    try (TreeRoom.Place next = room.place(STREAM)) {
      assertThatCode(() -> next.grownTo(10 * MIB))
          .as("what was refused has left")
          .doesNotThrowAnyException();
    }
  }

  @Test
  void rejectsOneThatHasNoRoomBesideOthers() {
    try (TreeRoom.Place one = room.place(STREAM);
        TreeRoom.Place other = room.place(STREAM)) {
      one.grownTo(6 * MIB);
      assertThatThrownBy(() -> other.grownTo(5 * MIB)).isInstanceOf(NoRoomException.class);
      other.close();
      assertThatCode(() -> one.grownTo(10 * MIB)).doesNotThrowAnyException();
    }
  }
}
