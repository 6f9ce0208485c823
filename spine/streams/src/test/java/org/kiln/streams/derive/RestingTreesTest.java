package org.kiln.streams.derive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.streams.Scene;

class RestingTreesTest {
  private static final long MIB = 1 << 20;
  private static final StreamId STREAM = stream("a");

  private final TreeRoom room = TreeRoom.of(10 * MIB);
  private final RestingTrees trees = new RestingTrees(MIB);

  private static StreamId stream(String name) {
    return Scene.id(Scene.init(name));
  }

  private GrownTree tree(StreamId stream, long revision, long sequence, long mib) {
    GrownTree tree =
        new GrownTree(
            stream, new EventTree(stream, null, null, null, 1_024), revision, room.place(stream));
    tree.pass(
        new StoredEvent(
            sequence,
            new NewEvent(
                stream, stream.init(), LogEntry.Kind.INIT, Optional.empty(), true, 1, List.of())));
    tree.place().grownTo(mib * MIB, (int) sequence);
    return tree;
  }

  @Test
  void shouldHandOverOnceWithItsRoom() {
    GrownTree tree = tree(STREAM, 1, 5, 2);
    trees.put(tree);
    assertThat(trees.has(STREAM)).isTrue();
    assertThat(trees.takeWhole(STREAM)).as("it is not").isEmpty();
    assertThat(trees.take(STREAM)).containsSame(tree);
    assertThat(trees.take(STREAM)).isEmpty();
    assertThat(room.taken()).isEqualTo(2 * MIB);
  }

  @Test
  void shouldKeepTheOneThatHasComeFarther() {
    GrownTree further = tree(STREAM, 1, 50, 2);
    trees.put(further);
    trees.put(tree(STREAM, 1, 5, 1));
    assertThat(room.taken()).as("the other has left").isEqualTo(2 * MIB);
    assertThat(trees.take(STREAM)).containsSame(further);
  }

  @Test
  void shouldKeepTheOneOfTodaysCode() {
    trees.put(tree(STREAM, 1, 50, 2));
    GrownTree today = tree(STREAM, 2, 5, 1);
    trees.put(today);
    assertThat(trees.take(STREAM)).containsSame(today);
    assertThat(room.taken()).isEqualTo(MIB);
  }

  @Test
  void shouldForgetWhatHadToMakeRoom() {
    trees.put(tree(STREAM, 1, 5, 6));
    try (GrownTree other = tree(stream("b"), 1, 50, 8)) {
      assertThat(trees.has(STREAM)).isFalse();
      assertThat(room.taken()).isEqualTo(8 * MIB);
    }
  }

  @Test
  void shouldGiveAllRoomBack() {
    trees.put(tree(STREAM, 1, 5, 2));
    trees.put(tree(stream("b"), 1, 5, 2));
    trees.clear();
    assertThat(room.taken()).isZero();
    assertThat(trees.take(STREAM)).isEmpty();
  }
}
