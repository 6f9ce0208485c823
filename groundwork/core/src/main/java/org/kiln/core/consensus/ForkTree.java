package org.kiln.core.consensus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeSet;
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
 * forks before it is one {@link Suffix}. Adding an event costs no more than the events that a fork
 * at that place cuts off, which are those in which the two branches differ; nothing is decided
 * before it is asked for. Then each fork whose outcome may have changed is decided once, whatever
 * came since, and one of many ways takes as many comparisons as the number of ways has digits. For
 * one thread.
 */
public final class ForkTree {
  private final Comparator<Suffix> order;
  private final Run root;

  /** Runs that must be weighed anew, those farthest from the root first. */
  private final PriorityQueue<Run> changed =
      new PriorityQueue<>(Comparator.comparingInt((Run run) -> run.depth).reversed());

  /** Begins with the event that all branches share. */
  public ForkTree(Consensus consensus, LogEntry root) {
    this(
        (one, other) -> consensus.decide(one, other).winner() == Consensus.Winner.LOCAL ? -1 : 1,
        root);
  }

  /**
   * Begins with the event that all branches share.
   *
   * @param order of the ways that go on after the same event, the winner first; no two are equal
   */
  ForkTree(Comparator<Suffix> order, LogEntry root) {
    this.order = order;
    this.root = new Run(null, 0);
    this.root.append(new Node(root));
    this.root.best = this.root.suffix();
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
    private static final NavigableSet<Run> NO_WAYS = Collections.emptyNavigableSet();

    private Run parent;

    /** Of its first event. */
    private final int depth;

    private final List<Node> nodes = new ArrayList<>(1);

    /** What goes on after it, the winner first. */
    private NavigableSet<Run> ways = NO_WAYS;

    private int firstTime = -1;
    private Suffix best;
    private boolean changed;

    private Run(Run parent, int depth) {
      this.parent = parent;
      this.depth = depth;
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

    private Suffix suffix() {
      return suffix(ways.isEmpty() ? null : ways.first().best);
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
    decide();
    Run run = root;
    while (!run.ways.isEmpty()) {
      run = run.ways.first();
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
    } else {
      if (prev.index < run.nodes.size() - 1) {
        split(run, prev.index + 1);
      }
      Run way = new Run(run, run.depth + run.nodes.size());
      way.append(node);
      way.best = way.suffix();
      run.ways.add(way);
    }
    hasChanged(run);
    return node;
  }

  /** Whether an event on the tip would be the tip; changes nothing. */
  public boolean wouldBeTip(LogEntry entry) {
    requireTime(entry);
    Run run = lastRun();
    Run grown = new Run(null, 0);
    grown.append(new Node(entry));
    Suffix suffix = run.suffix(grown.suffix());
    for (Run way = run; way.parent != null; way = way.parent) {
      // All on the way to the tip are winners: the second is the best of the others.
      Run other = way.parent.ways.higher(way);
      if (other != null && order.compare(other.best, suffix) < 0) {
        return false;
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

  /** The events from there on become a run of their own; the first part is to be weighed anew. */
  private void split(Run run, int from) {
    Run rest = new Run(run, run.depth + from);
    List<Node> moved = run.nodes.subList(from, run.nodes.size());
    moved.forEach(rest::append);
    moved.clear();
    rest.ways = run.ways;
    rest.ways.forEach(way -> way.parent = rest);
    rest.best = rest.suffix();
    run.ways =
        new TreeSet<>((one, other) -> one == other ? 0 : order.compare(one.best, other.best));
    run.ways.add(rest);
    run.firstTime = run.firstTime < from ? run.firstTime : -1;
  }

  private void hasChanged(Run run) {
    if (!run.changed) {
      run.changed = true;
      changed.add(run);
    }
  }

  /**
   * Decides the forks whose outcome may have changed, from the leaves inwards, so that each is
   * decided once.
   */
  private void decide() {
    while (!changed.isEmpty()) {
      Run run = changed.remove();
      run.changed = false;
      Suffix suffix = run.suffix();
      if (!suffix.equals(run.best)) {
        place(run, suffix);
      }
    }
  }

  /** Puts a run in its place among the ways that go on after the same event. */
  private void place(Run run, Suffix suffix) {
    if (run.parent == null) {
      run.best = suffix;
      return;
    }
    run.parent.ways.remove(run);
    run.best = suffix;
    run.parent.ways.add(run);
    hasChanged(run.parent);
  }
}
