package org.kiln.streams.derive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.consensus.ForkTree;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.Resident;
import org.kiln.streams.state.Signers;

/**
 * All known events of one stream as a tree, and the state their canonical branch gives. The result
 * depends on the set of events alone, not on the order they came in, and is the same whether they
 * came at once or one by one.
 *
 * <p>Each event is applied once, to the state after the event before it. The states at the end of
 * each branch and at each fork are kept, of the others one in so many ({@link KeptStates}), so that
 * what an event more costs grows with the events in which its branch differs from the others, not
 * with the stream. Of the events themselves only their places in the tree stay in memory; what is
 * more is read again. A time event that many came with and nothing follows is not applied before
 * its state is asked for, since it is valid or not by itself. For one thread at a time.
 */
final class EventTree {
  /** Its node, the consensus rules' node, its line of the log, its CID, its places in tables. */
  private static final int NODE_BYTES = 320;

  /** With fewer at once, each is applied when it comes. */
  private static final int MANY = 64;

  private final StreamId stream;
  private final Applier applier;
  private final Consensus consensus;
  private final StoredEvents log;
  private final long maxHeldBytes;
  private final KeptStates states;
  private final Map<Cid, Node> nodes = new HashMap<>();

  /** Events whose {@code prev} is not known, by that. */
  private final Map<Cid, List<Node>> orphans = new HashMap<>();

  private final Map<Signers, Signers> signersOnce = new HashMap<>();
  private List<Node> fresh = new ArrayList<>();
  private long freshBytes;
  private Node init;
  private ForkTree forks;
  private Optional<Dependency> missing = Optional.empty();
  private boolean rejudge;

  /** Fetches an event again that the tree has let go. */
  @FunctionalInterface
  interface StoredEvents {
    /** The event, judged; {@link InvalidEventException} when it does not hold any more. */
    Judged judged(Cid event, Deadline deadline)
        throws InvalidEventException, DependencyMissingException;
  }

  /** One event. */
  static final class Node {
    /** Its line of the log, which the states after it share. */
    private final LogEntry line;

    /** A time event that is valid after any event that is. */
    private final boolean holds;

    private Node parent;

    /** The first and the last of those that follow it, which are chained in the order they came. */
    private Node next;

    private Node lastNext;
    private Node sibling;
    private OptionalLong covered = OptionalLong.empty();

    /** Until it was applied, and at most until the events it came with were. */
    private Judged judged;

    /** Its place among the valid events, when it is one. */
    private ForkTree.Node place;

    private boolean tried;
    private boolean refused;

    /** What it waits for, though the event before it is valid. */
    private Dependency waits;

    private Signers signers = Signers.UNKNOWN;
    private int depth;
    private int timeDepth;
    private int covering;
    private int valid;

    /** The state after it, when that is kept. */
    private Applied applied;

    private Node(Judged judged, StreamId stream) {
      this.line = Applier.entry(judged);
      this.holds =
          line.kind() == LogEntry.Kind.TIME
              && line.timestamp().isPresent()
              && judged.event().event() instanceof Event.Time named
              && named.id().filter(id -> !id.equals(stream.init())).isEmpty();
    }

    private void follow(Node child) {
      if (next == null) {
        next = child;
      } else {
        lastNext.sibling = child;
      }
      lastNext = child;
    }

    private Cid cid() {
      return line.cid();
    }

    private boolean isTime() {
      return line.kind() == LogEntry.Kind.TIME;
    }

    /** The time that it gives to the events before it. */
    private OptionalLong proves() {
      return isTime() ? line.timestamp() : covered;
    }

    Applied applied() {
      return applied;
    }

    void applied(Applied now) {
      applied = now;
    }

    int depth() {
      return depth;
    }

    /** How many lines of the log the last time event before its state, or it, has given a time. */
    int covering() {
      return covering;
    }

    /** Whether further branches begin here, or may. */
    boolean isEndOrFork() {
      return valid != 1 || depth == 0;
    }
  }

  /**
   * Without events.
   *
   * @param maxHeldBytes of events that are held from when they are added to when they are applied,
   *     and of states
   */
  EventTree(
      StreamId stream, Applier applier, Consensus consensus, StoredEvents log, long maxHeldBytes) {
    this.maxHeldBytes = maxHeldBytes;
    this.states = new KeptStates(maxHeldBytes);
    this.stream = stream;
    this.applier = applier;
    this.consensus = consensus;
    this.log = log;
  }

  /** Adds an event; {@link #grow} applies it. */
  void add(Judged judged, Deadline deadline) {
    Node node = new Node(judged, stream);
    Optional<Cid> prev = judged.event().event().previous();
    if (prev.isEmpty() && !node.cid().equals(stream.init())
        || nodes.putIfAbsent(node.cid(), node) != null) {
      return;
    }
    fresh.add(node);
    hold(node, judged);
    if (prev.isEmpty()) {
      init = node;
    } else {
      node.parent = nodes.get(prev.get());
      if (node.parent != null) {
        node.parent.follow(node);
      } else {
        orphans.computeIfAbsent(prev.get(), cid -> new ArrayList<>(1)).add(node);
      }
    }
    List<Node> waiting = orphans.remove(node.cid());
    if (waiting != null) {
      for (Node child : waiting) {
        node.follow(child);
        child.parent = node;
        cover(node, child.proves(), deadline);
      }
    }
    cover(node.parent, node.proves(), deadline);
  }

  private void hold(Node node, Judged judged) {
    freshBytes += judged.weight();
    if (freshBytes <= maxHeldBytes) {
      node.judged = judged;
    }
  }

  private Judged judged(Node node, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    return node.judged != null ? node.judged : log.judged(node.cid(), deadline);
  }

  /** An event is known whose signature cannot be checked yet. */
  void leaveOut(Dependency what) {
    missing = Optional.of(what);
  }

  /** What an event that could belong to the canonical branch waits for. */
  Optional<Dependency> missing() {
    return missing;
  }

  /** The data event that waits right after the canonical tip. */
  Optional<Resident.Awaited> awaited() {
    for (Node next = tip().next; next != null; next = next.sibling) {
      if (next.waits != null && next.line.kind() == LogEntry.Kind.DATA) {
        return Optional.of(new Resident.Awaited(next.cid(), next.waits));
      }
    }
    return Optional.empty();
  }

  /**
   * A time event proves that all before it existed by then, back to the time event before. Any
   * branch's does, so the earliest of all branches counts, whichever becomes canonical.
   */
  private void cover(Node from, OptionalLong time, Deadline deadline) {
    Node at = from;
    while (at != null
        && time.isPresent()
        && (at.covered.isEmpty() || at.covered.getAsLong() > time.getAsLong())) {
      at.covered = time;
      if (at.place != null || at.refused) {
        rejudge |= !applier.stand(at.signers, stream, time.getAsLong(), deadline);
      }
      if (at.isTime()) {
        return;
      }
      at = at.parent;
    }
  }

  /**
   * Applies what was added.
   *
   * @return false when events that were applied before must be judged anew, by a time they have got
   *     since; the tree is of no use then
   * @throws InvalidEventException when there is no valid init event
   * @throws DependencyMissingException when the init event itself cannot be judged now
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over; it can be gone on
   *     with
   */
  boolean grow(Deadline deadline) throws InvalidEventException, DependencyMissingException {
    if (init == null) {
      throw new InvalidEventException("The init event of stream " + stream + " is not known here");
    }
    if (!rejudge && forks == null) {
      Judged judged = at(judged(init, deadline), init.covered);
      init.applied = applier.init(stream, judged, init.line, deadline);
      init.signers = init.applied.signers();
      forks = new ForkTree(consensus, init.line);
      init.place = forks.root();
      init.tried = true;
      states.kept(init);
      spread(init, deadline);
    }
    for (Node node : fresh) {
      if (!rejudge && !node.tried && isValid(node.parent)) {
        apply(node, deadline);
      }
    }
    fresh.forEach(node -> node.judged = null);
    fresh = new ArrayList<>();
    freshBytes = 0;
    if (!rejudge) {
      restore(tip(), deadline);
    }
    return !rejudge;
  }

  /** Whether what was applied stands, so that it can be gone on with. */
  boolean sound() {
    return !rejudge;
  }

  private static boolean isValid(Node node) {
    return node != null && node.place != null;
  }

  /** Applies an event that follows a valid one, and all that follow it. */
  private void apply(Node node, Deadline deadline) {
    Node parent = node.parent;
    if (!isLeaf(node) && !restoreOrRejudge(parent, deadline)) {
      return;
    }
    boolean applied = tryToApply(node, deadline);
    states.settle(parent);
    if (applied) {
      spread(node, deadline);
    }
  }

  /** Whether an event need not be applied now, only to be found valid. */
  private boolean isLeaf(Node node) {
    return node.holds && node.next == null && fresh.size() >= MANY;
  }

  private boolean restoreOrRejudge(Node node, Deadline deadline) {
    try {
      restore(node, deadline);
      return true;
    } catch (InvalidEventException | DependencyMissingException e) {
      // It was valid when it came; what has changed since may have changed more.
      rejudge = true;
      return false;
    }
  }

  /** Applies all that follows a valid event. */
  private void spread(Node from, Deadline deadline) {
    Deque<Node> open = new ArrayDeque<>();
    open.push(from);
    while (!open.isEmpty()) {
      Node node = open.pop();
      for (Node next = node.next; next != null; next = next.sibling) {
        if (next.tried || !isLeaf(next) && !restoreOrRejudge(node, deadline)) {
          continue;
        }
        if (tryToApply(next, deadline)) {
          open.push(next);
        }
      }
      states.settle(node);
    }
  }

  private boolean tryToApply(Node node, Deadline deadline) {
    deadline.throwIfExpired();
    Node parent = node.parent;
    node.tried = true;
    try {
      if (isLeaf(node)) {
        node.signers = Signers.NONE;
      } else {
        apply(node, judged(node, deadline), deadline);
      }
    } catch (InvalidEventException e) {
      // It and all that follows it stay out.
      node.refused = true;
      return false;
    } catch (DependencyMissingException e) {
      node.waits = e.missing();
      missing = Optional.of(e.missing());
      return false;
    } catch (DeadlineExpiredException e) {
      // Its turn comes again.
      node.tried = false;
      throw e;
    }
    node.judged = null;
    node.depth = parent.depth + 1;
    node.timeDepth = node.isTime() ? node.depth : parent.timeDepth;
    node.covering = node.isTime() ? node.depth - parent.timeDepth : parent.covering;
    node.place = forks.add(parent.place, node.line);
    parent.valid++;
    if (node.applied != null) {
      states.kept(node);
    }
    return true;
  }

  private void apply(Node node, Judged judged, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    node.signers = judged.signature().isEmpty() ? Signers.NONE : Signers.UNKNOWN;
    Applied before = node.parent.applied;
    node.applied = applier.apply(before, at(judged, node.covered), node.line, deadline);
    // Few sign most events of a stream.
    node.signers =
        signersOnce.computeIfAbsent(
            applier.signers(before.state().document(), judged), same -> same);
  }

  /** Makes sure that the state after a valid event is at hand, from the nearest one that is. */
  private void restore(Node node, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    Deque<Node> way = new ArrayDeque<>();
    Node at = node;
    while (at.applied == null) {
      way.push(at);
      at = at.parent;
    }
    Applied applied = at.applied;
    for (Node next : way) {
      deadline.throwIfExpired();
      Judged judged = at(log.judged(next.cid(), deadline), next.covered);
      applied = applier.apply(applied, judged, next.line, deadline);
    }
    if (node.applied == null) {
      node.applied = applied;
      states.kept(node);
    }
  }

  /** The state of the canonical branch. */
  Applied canonical() {
    return tip().applied;
  }

  private Node tip() {
    return nodes.get(forks.tip().entry().cid());
  }

  /**
   * Whether an event on the canonical tip would be the tip by the rules, all branches considered;
   * empty when that takes more than a look.
   */
  Optional<Boolean> wouldBeTip(Judged judged, Deadline deadline) {
    Node node = new Node(judged, stream);
    return !orphans.containsKey(node.cid()) && leavesStanding(node, deadline)
        ? Optional.of(forks.wouldBeTip(node.line))
        : Optional.empty();
  }

  /** Whether the events before it need not be judged anew. */
  private boolean leavesStanding(Node node, Deadline deadline) {
    OptionalLong time = node.line.timestamp();
    return !node.isTime()
        || time.isPresent()
            && applier.stand(canonical().signers(), stream, time.getAsLong(), deadline);
  }

  /** Estimated bytes in memory. */
  long weight() {
    return (long) NODE_BYTES * nodes.size() + states.bytes() + freshBytesHeld();
  }

  private long freshBytesHeld() {
    return Math.min(freshBytes, maxHeldBytes);
  }

  private static Judged at(Judged judged, OptionalLong covered) {
    return new Judged(
        judged.event(),
        judged.signature(),
        covered.isPresent() ? covered : judged.anchoredAt(),
        judged.time(),
        judged.local());
  }
}
