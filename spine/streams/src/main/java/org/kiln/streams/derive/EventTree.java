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
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.consensus.Consensus;
import org.kiln.core.consensus.ForkTree;
import org.kiln.core.stream.LogTimes;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.DerivedState;
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
  private final Map<Cid, EventNode> nodes = new HashMap<>();

  /** Events whose {@code prev} is not known, by that. */
  private final Map<Cid, List<EventNode>> orphans = new HashMap<>();

  private final Map<Signers, Signers> signersOnce = new HashMap<>();
  private List<EventNode> fresh = new ArrayList<>();
  private long freshBytes;
  private EventNode init;
  private ForkTree forks;
  private Optional<Dependency> missing = Optional.empty();
  private boolean rejudge;

  /** Fetches an event again that the tree has let go. */
  @FunctionalInterface
  interface StoredEvents {
    /** The event, judged; {@link InvalidEventException} when it does not hold any more. */
    VerifiedEvent verified(Cid event, Deadline deadline)
        throws InvalidEventException, DependencyMissingException;
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
  void add(VerifiedEvent verified, Deadline deadline) {
    boolean added = false;
    try {
      link(verified, deadline);
      added = true;
    } finally {
      // Cut short, times are not where they belong: it must not be gone on with.
      rejudge |= !added;
    }
  }

  private void link(VerifiedEvent verified, Deadline deadline) {
    EventNode node = new EventNode(verified, stream);
    Optional<Cid> prev = verified.event().event().previous();
    if (prev.isEmpty() && !node.cid().equals(stream.init())
        || nodes.putIfAbsent(node.cid(), node) != null) {
      return;
    }
    fresh.add(node);
    hold(node, verified);
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
    List<EventNode> waiting = orphans.remove(node.cid());
    if (waiting != null) {
      for (EventNode child : waiting) {
        node.follow(child);
        child.parent = node;
        cover(node, child.proves(), deadline);
      }
    }
    cover(node.parent, node.proves(), deadline);
  }

  private void hold(EventNode node, VerifiedEvent verified) {
    freshBytes += verified.weight();
    if (freshBytes <= maxHeldBytes) {
      node.verified = verified;
    }
  }

  private VerifiedEvent verified(EventNode node, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    return node.verified != null ? node.verified : log.verified(node.cid(), deadline);
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
  Optional<DerivedState.Awaited> awaited() {
    for (EventNode next = tip().next; next != null; next = next.sibling) {
      if (next.waits != null && next.line.kind() == LogEntry.Kind.DATA) {
        return Optional.of(new DerivedState.Awaited(next.cid(), next.waits));
      }
    }
    return Optional.empty();
  }

  /**
   * A time event proves that all before it existed by then, back to the time event before. Any
   * branch's does, so the earliest of all branches counts, whichever becomes canonical.
   */
  private void cover(EventNode from, OptionalLong time, Deadline deadline) {
    EventNode at = from;
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
      VerifiedEvent verified = at(verified(init, deadline), init.covered);
      init.applied = applier.init(stream, verified, init.line, deadline);
      init.signers = init.applied.signers();
      forks = new ForkTree(consensus, init.line);
      init.place = forks.root();
      init.tried = true;
      states.kept(init);
      spread(init, deadline);
    }
    for (EventNode node : fresh) {
      if (!rejudge && !node.tried && isValid(node.parent)) {
        apply(node, deadline);
      }
    }
    fresh.forEach(node -> node.verified = null);
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

  private static boolean isValid(EventNode node) {
    return node != null && node.place != null;
  }

  /** Applies an event that follows a valid one, and all that follow it. */
  private void apply(EventNode node, Deadline deadline) {
    EventNode parent = node.parent;
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
  private boolean isLeaf(EventNode node) {
    return node.holds && node.next == null && fresh.size() >= MANY;
  }

  private boolean restoreOrRejudge(EventNode node, Deadline deadline) {
    try {
      restore(node, deadline);
      return true;
    } catch (InvalidEventException | DependencyMissingException e) {
      // It was valid when it came; what has changed since may have changed more.
      rejudge = true;
      return false;
    }
  }

  /**
   * Applies all that follows a valid event, of the ways that go on from a fork the longest last: so
   * the forks that wait to be returned to, whose states must stay or be made again, are never more
   * than the number of events has digits, whatever order these came in.
   */
  private void spread(EventNode from, Deadline deadline) {
    from.measure();
    Deque<EventNode> open = new ArrayDeque<>();
    from.pushNext(open);
    while (!open.isEmpty() && !rejudge) {
      EventNode node = open.pop();
      boolean applied =
          (isLeaf(node) || restoreOrRejudge(node.parent, deadline)) && tryToApply(node, deadline);
      if (node.isLast()) {
        states.settle(node.parent);
      }
      if (applied) {
        node.pushNext(open);
      }
    }
  }

  private boolean tryToApply(EventNode node, Deadline deadline) {
    deadline.throwIfExpired();
    EventNode parent = node.parent;
    node.tried = true;
    try {
      if (isLeaf(node)) {
        node.signers = Signers.NONE;
      } else {
        apply(node, verified(node, deadline), deadline);
      }
    } catch (InvalidEventException e) {
      // It and all that follows it stay out.
      node.refused = true;
      return false;
    } catch (DependencyMissingException e) {
      node.waits = e.missing();
      missing = Optional.of(e.missing());
      return false;
    } catch (RuntimeException e) {
      // The time is over, or the log cannot be read now: its turn comes again.
      node.tried = false;
      throw e;
    }
    node.verified = null;
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

  private void apply(EventNode node, VerifiedEvent verified, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    node.signers = verified.signature().isEmpty() ? Signers.NONE : Signers.UNKNOWN;
    Applied before = node.parent.applied;
    node.applied = applier.apply(before, at(verified, node.covered), node.line, deadline);
    // Few sign most events of a stream.
    node.signers =
        signersOnce.computeIfAbsent(
            applier.signers(before.state().document(), verified), same -> same);
  }

  /** Makes sure that the state after a valid event is at hand, from the nearest one that is. */
  private void restore(EventNode node, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    Deque<EventNode> way = new ArrayDeque<>();
    EventNode at = node;
    while (at.applied == null) {
      way.push(at);
      at = at.parent;
    }
    Applied applied = at.applied;
    for (EventNode next : way) {
      deadline.throwIfExpired();
      VerifiedEvent verified = at(log.verified(next.cid(), deadline), next.covered);
      applied = applier.apply(applied, verified, next.line, deadline);
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

  private EventNode tip() {
    return nodes.get(forks.tip().entry().cid());
  }

  /**
   * Whether an event on the canonical tip would be the tip by the rules, all branches considered;
   * empty when that takes more than a look.
   */
  Optional<Boolean> wouldBeTip(VerifiedEvent verified, Deadline deadline) {
    EventNode node = new EventNode(verified, stream);
    return !orphans.containsKey(node.cid()) && leavesStanding(node, deadline)
        ? Optional.of(forks.wouldBeTip(node.line))
        : Optional.empty();
  }

  /** Whether the events before it need not be judged anew. */
  private boolean leavesStanding(EventNode node, Deadline deadline) {
    OptionalLong time = LogTimes.seconds(node.line.timestamp());
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

  private static VerifiedEvent at(VerifiedEvent verified, OptionalLong covered) {
    return new VerifiedEvent(
        verified.event(),
        verified.signature(),
        covered.isPresent() ? covered : verified.anchoredAt(),
        verified.time(),
        verified.local());
  }
}
