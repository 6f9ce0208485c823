package org.kiln.core.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;

/**
 * Chooses one history out of a whole tree of branches at once: what {@link ForkTree} must find as
 * the tree grows. Each fork is decided from the leaves inwards.
 */
final class ForkChoice {
  private final Consensus consensus;

  /** With the rules for two histories. */
  ForkChoice(Consensus consensus) {
    this.consensus = consensus;
  }

  /** One event on the way, with the best that follows it. */
  private static final class Node {
    private final LogEntry entry;
    private final Node parent;
    private int open;
    private Node next;
    private Suffix best;

    private Node(LogEntry entry, Node parent) {
      this.entry = entry;
      this.parent = parent;
    }
  }

  /**
   * The canonical events after {@code from}, oldest first; empty when nothing follows.
   *
   * @param from the event all branches share
   * @param following the valid events whose {@code prev} is the given event, in any order; a time
   *     event without a known time is left out with all that follows it
   */
  List<LogEntry> choose(Cid from, Function<Cid, List<LogEntry>> following) {
    Node root = new Node(null, null);
    Deque<Node> todo = new ArrayDeque<>();
    expand(root, from, following, todo);
    while (!todo.isEmpty()) {
      Node node = todo.pop();
      expand(node, node.entry.cid(), following, todo);
      if (node.open == 0) {
        close(node);
      }
    }
    List<LogEntry> chosen = new ArrayList<>();
    for (Node at = root.next; at != null; at = at.next) {
      chosen.add(at.entry);
    }
    return chosen;
  }

  private static void expand(
      Node node, Cid event, Function<Cid, List<LogEntry>> following, Deque<Node> todo) {
    for (LogEntry entry : following.apply(event)) {
      if (entry.kind() != LogEntry.Kind.TIME || entry.timestamp().isPresent()) {
        node.open++;
        todo.push(new Node(entry, node));
      }
    }
  }

  /**
   * Hands a finished node up to its parent, and the parent on when it was the last of its branches.
   */
  private void close(Node finished) {
    for (Node node = finished; node.parent != null; node = node.parent) {
      Suffix suffix = node.next == null ? Suffix.of(node.entry) : node.next.best.after(node.entry);
      node.best = suffix;
      Node parent = node.parent;
      if (parent.next == null
          || consensus.decide(parent.next.best, suffix).winner() == Consensus.Winner.REMOTE) {
        parent.next = node;
      }
      if (--parent.open > 0) {
        return;
      }
    }
  }
}
