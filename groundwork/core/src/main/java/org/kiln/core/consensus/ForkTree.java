package org.kiln.core.consensus;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;

/**
 * The valid events of one stream as a tree that grows event by event, and the one history the rules
 * choose of it; the same whatever order its events arrived in.
 *
 * <p>Pairwise contests alone cannot do that, since they can go round in a circle: let A and C share
 * a time event after the fork and B have one of the same time. A beats C by length, B may beat A
 * and C may beat B by the order of tips. So each fork is decided from the leaves inwards: first
 * which way goes on after the fork, then which of those ways wins. At one fork all ways are
 * compared from the same point, and that order is total.
 *
 * <p>Events without a fork between them are kept as one run, and what matters of a run for the
 * forks before it is one {@link Suffix}: an event more costs as much as the forks on its way to the
 * root whose outcome it may change, and the events that a fork at that place cuts off, which are
 * those in which the two branches differ. For one thread.
 */
public final class ForkTree {
  private final Consensus consensus;
  private final Run root;

  /** Begins with the event that all branches share. */
  public ForkTree(Consensus consensus, LogEntry root) {
    this.consensus = consensus;
    this.root = new Run(null);
    this.root.append(new Node(root));
    this.root.best = this.root.suffix(null);
  }

  /** An event in the tree. */
  public static final class Node {
    private final LogEntry entry;
    private Run run;
    private int index;

    private Node(LogEntry entry) {
      this.entry = entry;
    }

    /** The event. */
    public LogEntry entry() {
      return entry;
    }
  }

  /** Events one after another, without a fork but after the last of them. */
  private static final class Run {
    private Run parent;
    private final List<Node> nodes = new ArrayList<>(1);
    private List<Run> ways = new ArrayList<>(0);
    private int firstTime = -1;
    private Run next;
    private Suffix best;

    private Run(Run parent) {
      this.parent = parent;
    }

    private void append(Node node) {
      node.run = this;
      node.index = nodes.size();
      nodes.add(node);
      if (firstTime < 0 && node.entry.kind() == LogEntry.Kind.TIME) {
        firstTime = node.index;
      }
    }

    private Node last() {
      return nodes.get(nodes.size() - 1);
    }

    /** All that matters of this run and what goes on after it. */
    private Suffix suffix(Suffix after) {
      Cid tip = after == null ? last().entry.cid() : after.tip();
      if (firstTime >= 0) {
        return new Suffix(nodes.get(firstTime).entry.timestamp(), firstTime + 1, tip);
      }
      return after == null
          ? new Suffix(OptionalLong.empty(), nodes.size(), tip)
          : new Suffix(after.anchoredAt(), nodes.size() + after.length(), tip);
    }
  }

  /** The event that all branches share. */
  public Node root() {
    return root.nodes.get(0);
  }

  /** The last event of the chosen history. */
  public Node tip() {
    return lastRun().last();
  }

  private Run lastRun() {
    Run run = root;
    while (run.next != null) {
      run = run.next;
    }
    return run;
  }

  /**
   * Adds an event.
   *
   * @param prev the event of this tree that it follows
   * @param entry the event, not yet in the tree
   * @throws IllegalArgumentException for a time event whose time is not known; it must not be
   *     weighed
   */
  public Node add(Node prev, LogEntry entry) {
    requireTime(entry);
    Node node = new Node(entry);
    Run run = prev.run;
    if (prev.index == run.nodes.size() - 1 && run.ways.isEmpty()) {
      run.append(node);
      weigh(run);
      return node;
    }
    if (prev.index < run.nodes.size() - 1) {
      split(run, prev.index + 1);
    }
    Run way = new Run(run);
    way.append(node);
    way.best = way.suffix(null);
    run.ways.add(way);
    weigh(run);
    return node;
  }

  /** Whether an event on the tip would be the tip; changes nothing. */
  public boolean wouldBeTip(LogEntry entry) {
    requireTime(entry);
    Run run = lastRun();
    Run grown = new Run(null);
    grown.append(new Node(entry));
    Suffix suffix = run.suffix(grown.suffix(null));
    for (Run way = run; way.parent != null; way = way.parent) {
      for (Run other : way.parent.ways) {
        if (other != way
            && consensus.decide(other.best, suffix).winner() == Consensus.Winner.LOCAL) {
          return false;
        }
      }
      suffix = way.parent.suffix(suffix);
    }
    return true;
  }

  private static void requireTime(LogEntry entry) {
    if (entry.kind() == LogEntry.Kind.TIME && entry.timestamp().isEmpty()) {
      throw new IllegalArgumentException("The time of time event " + entry.cid() + " is not known");
    }
  }

  /** The events from there on become a run of their own. */
  private static void split(Run run, int from) {
    Run rest = new Run(run);
    List<Node> moved = run.nodes.subList(from, run.nodes.size());
    moved.forEach(rest::append);
    moved.clear();
    rest.ways = run.ways;
    rest.ways.forEach(way -> way.parent = rest);
    rest.next = run.next;
    rest.best = rest.suffix(rest.next == null ? null : rest.next.best);
    run.ways = new ArrayList<>(2);
    run.ways.add(rest);
    run.firstTime = run.firstTime < from ? run.firstTime : -1;
  }

  /** Decides anew after a run and at the forks before it, as far as it can matter. */
  private void weigh(Run changed) {
    for (Run run = changed; run != null; run = run.parent) {
      run.next = winner(run.ways);
      Suffix suffix = run.suffix(run.next == null ? null : run.next.best);
      if (suffix.equals(run.best)) {
        return;
      }
      run.best = suffix;
    }
  }

  private Run winner(List<Run> ways) {
    Run winner = null;
    for (Run way : ways) {
      if (winner == null
          || consensus.decide(winner.best, way.best).winner() == Consensus.Winner.REMOTE) {
        winner = way;
      }
    }
    return winner;
  }
}
