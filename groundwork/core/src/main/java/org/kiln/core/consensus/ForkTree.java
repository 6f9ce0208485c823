package org.kiln.core.consensus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.core.stream.LogTimes;

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
 * at that place cuts off, or those before it back to the last fork if they are fewer; nothing is
 * decided before it is asked for. Then each fork whose outcome may have changed is decided once,
 * whatever came since, and one of many ways takes as many comparisons as the number of ways has
 * digits. For one thread.
 */
public final class ForkTree {
  private final Comparator<Suffix> order;
  private final Node first;

  /** Runs that must be weighed anew, those farthest from the root first. */
  private final NavigableSet<Run> changed =
      new TreeSet<>(
          Comparator.comparingInt((Run run) -> run.depth)
              .reversed()
              .thenComparingInt(run -> run.number));

  private int runs;

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
    Run run = run(null, 0);
    this.first = new Node(root, 0);
    run.append(first);
    run.best = run.suffix();
  }

  /** An event in the tree. */
  public static final class Node {
    private final LogEntry entry;
    private final int depth;
    private Run run;

    private Node(LogEntry entry, int depth) {
      this.entry = entry;
      this.depth = depth;
    }

    /** The event. */
    public LogEntry entry() {
      return entry;
    }
  }

  /** Events one after another, without a fork but after the last of them. */
  private static final class Run {
    private static final NavigableSet<Run> NO_WAYS = Collections.emptyNavigableSet();

    /** Tells runs of the same depth apart. */
    private final int number;

    private Run parent;

    /** Of its first event; not to be changed while it waits to be weighed. */
    private int depth;

    private final ArrayList<Node> nodes = new ArrayList<>(1);

    /** What goes on after it, the winner first. */
    private NavigableSet<Run> ways = NO_WAYS;

    private Node firstTime;
    private Suffix best;
    private boolean changed;

    private Run(int number, Run parent, int depth) {
      this.number = number;
      this.parent = parent;
      this.depth = depth;
    }

    private void append(Node node) {
      node.run = this;
      nodes.add(node);
      if (firstTime == null && node.entry.kind() == LogEntry.Kind.TIME) {
        firstTime = node;
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
      if (firstTime != null) {
        return new Suffix(
            LogTimes.seconds(firstTime.entry.timestamp()), firstTime.depth - depth + 1, tip);
      }
      return after == null
          ? new Suffix(OptionalLong.empty(), nodes.size(), tip)
          : new Suffix(after.anchoredAt(), nodes.size() + after.length(), tip);
    }
  }

  private Run run(Run parent, int depth) {
    return new Run(runs++, parent, depth);
  }

  /** The event that all branches share. */
  public Node root() {
    return first;
  }

  /** The last event of the chosen history. */
  public Node tip() {
    return lastRun().last();
  }

  private Run lastRun() {
    decide();
    Run run = first.run;
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
    Node node = new Node(entry, prev.depth + 1);
    Run run = prev.run;
    if (prev == run.last() && run.ways.isEmpty()) {
      run.append(node);
    } else {
      if (prev != run.last()) {
        run = split(run, node.depth - run.depth);
      }
      Run way = run(run, node.depth);
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
    Run grown = new Run(-1, null, 0);
    grown.append(new Node(entry, 0));
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

  /**
   * The events from there on become a run of their own. The shorter part is the one that moves:
   * where a long history has many forks, most of it would move at each of them otherwise.
   *
   * @return the first part, which is to be weighed anew
   */
  private Run split(Run run, int from) {
    boolean startIsShorter = from <= run.nodes.size() / 2;
    Run start = startIsShorter ? cutStart(run, from) : run;
    Run rest = startIsShorter ? run : cutRest(run, from);
    rest.parent = start;
    rest.best = rest.suffix();
    start.ways =
        new TreeSet<>((one, other) -> one == other ? 0 : order.compare(one.best, other.best));
    start.ways.add(rest);
    return start;
  }

  /** The events before take the run's place. */
  private Run cutStart(Run run, int from) {
    Run start = run(run.parent, run.depth);
    if (run.parent != null) {
      run.parent.ways.remove(run);
      start.best = run.best;
      run.parent.ways.add(start);
    }
    move(run.nodes.subList(0, from), start);
    if (run.changed) {
      changed.remove(run);
    }
    run.depth += from;
    if (run.changed) {
      changed.add(run);
    }
    if (start.firstTime != null) {
      run.firstTime = firstTime(run);
    }
    return start;
  }

  /** The events from there on go on as the run did. */
  private Run cutRest(Run run, int from) {
    Run rest = run(run, run.depth + from);
    move(run.nodes.subList(from, run.nodes.size()), rest);
    run.nodes.trimToSize();
    rest.ways = run.ways;
    rest.ways.forEach(way -> way.parent = rest);
    if (run.firstTime != null && run.firstTime.run == rest) {
      run.firstTime = null;
    }
    return rest;
  }

  private static void move(List<Node> part, Run to) {
    to.nodes.ensureCapacity(part.size());
    part.forEach(to::append);
    part.clear();
  }

  private static Node firstTime(Run run) {
    for (Node node : run.nodes) {
      if (node.entry.kind() == LogEntry.Kind.TIME) {
        return node;
      }
    }
    return null;
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
      Run run = changed.pollFirst();
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
