package org.kiln.streams;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.kiln.streams.EventTree.Node;

/**
 * Which states of an {@link EventTree} stay in memory: those at the ends of branches and at forks,
 * which the next event is likely to need, and between them one in so many, so that no other is far.
 * When they become too many bytes, those between become fewer. For one thread at a time.
 */
final class KeptStates {
  private static final int FIRST_SPACING = 32;
  private static final long MOST_BYTES_BETWEEN = 4 << 20;

  private final Map<Node, Long> between = new HashMap<>();
  private int spacing = FIRST_SPACING;
  private long bytesBetween;
  private long bytes;

  /** A state was put into its node. */
  void kept(Node node) {
    bytes += StateWeight.alone(node.applied().state());
  }

  /** Lets the state of a node go unless it should stay; to be asked when what follows has come. */
  void settle(Node node) {
    if (node.applied() == null || node.isEndOrFork()) {
      return;
    }
    if (node.depth() % spacing != 0) {
      drop(node);
      return;
    }
    long weight = StateWeight.alone(node.applied().state());
    if (between.putIfAbsent(node, weight) == null) {
      bytesBetween += weight;
    }
    while (bytesBetween > MOST_BYTES_BETWEEN) {
      thin();
    }
  }

  private void thin() {
    spacing *= 2;
    for (Iterator<Map.Entry<Node, Long>> all = between.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Node, Long> one = all.next();
      if (one.getKey().depth() % spacing != 0) {
        all.remove();
        bytesBetween -= one.getValue();
        settle(one.getKey());
      }
    }
  }

  private void drop(Node node) {
    bytes -= StateWeight.alone(node.applied().state());
    node.applied(null);
  }

  long bytes() {
    return bytes;
  }
}
