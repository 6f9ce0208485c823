package org.kiln.streams.derive;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kiln.streams.state.StateWeight;

/**
 * Which states of an {@link EventTree} stay in memory: those at the ends of branches and at forks,
 * which the next event is likely to need, and between them one in so many, so that no other is far.
 * When they become too many bytes, the oldest of the former go and those between become fewer; the
 * first of all stays, and so does the last that came. For one thread at a time.
 */
final class KeptStates {
  private static final int FIRST_SPACING = 32;

  private final long mostBytesBetween;
  private final long mostBytesAtEnds;
  private final Map<EventNode, Long> between = new HashMap<>();

  /** At ends and forks, and where what follows has not come yet; the oldest first. */
  private final Map<EventNode, Long> ends = new LinkedHashMap<>();

  private int spacing = FIRST_SPACING;
  private long bytesBetween;
  private long bytesAtEnds;

  /**
   * None yet.
   *
   * @param mostBytes at ends and forks; between them half as much
   */
  KeptStates(long mostBytes) {
    this.mostBytesAtEnds = mostBytes;
    this.mostBytesBetween = mostBytes / 2;
  }

  /** A state was put into its node. */
  void kept(EventNode node) {
    // The first event of all is where everything begins, and is never let go.
    if (node.depth == 0 || between.containsKey(node)) {
      return;
    }
    long weight = StateWeight.alone(node.applied.state(), node.covering);
    Long before = ends.remove(node);
    ends.put(node, weight);
    bytesAtEnds += weight - (before == null ? 0 : before);
    Iterator<Map.Entry<EventNode, Long>> oldest = ends.entrySet().iterator();
    while (bytesAtEnds > mostBytesAtEnds && ends.size() > 1) {
      Map.Entry<EventNode, Long> one = oldest.next();
      oldest.remove();
      bytesAtEnds -= one.getValue();
      one.getKey().applied = null;
    }
  }

  /** Lets the state of a node go unless it should stay; to be asked when what follows has come. */
  void settle(EventNode node) {
    if (node.applied == null || node.isEndOrFork() || between.containsKey(node)) {
      return;
    }
    Long weight = ends.remove(node);
    if (weight == null) {
      node.applied = null;
      return;
    }
    bytesAtEnds -= weight;
    if (node.depth % spacing != 0) {
      node.applied = null;
      return;
    }
    between.put(node, weight);
    bytesBetween += weight;
    while (bytesBetween > mostBytesBetween) {
      thin();
    }
  }

  private void thin() {
    spacing *= 2;
    for (Iterator<Map.Entry<EventNode, Long>> all = between.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<EventNode, Long> one = all.next();
      if (one.getKey().depth % spacing != 0) {
        all.remove();
        bytesBetween -= one.getValue();
        if (one.getKey().isEndOrFork()) {
          ends.put(one.getKey(), one.getValue());
          bytesAtEnds += one.getValue();
        } else {
          one.getKey().applied = null;
        }
      }
    }
  }

  long bytes() {
    return bytesBetween + bytesAtEnds;
  }
}
