package org.kiln.streams.derive;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.LogTimes;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.Checkpoints;
import org.kiln.streams.state.DerivedState;

/**
 * Derives states from the event log: from a checkpoint and what came after it, or from the
 * beginning.
 */
public final class Derivation {
  private final EventLog log;
  private final Checkpoints checkpoints;
  private final EventVerifier eventVerifier;
  private final Applier applier;
  private final StraightHistories histories;
  private final EventTrees trees;
  private final Turns turns;
  private final NetworkId network;

  /** Told of streams that have another tip than was put away, without any further event. */
  private final Consumer<StreamId> strayed;

  public Derivation(
      EventLog log,
      Checkpoints checkpoints,
      EventVerifier eventVerifier,
      Applier applier,
      StraightHistories histories,
      EventTrees trees,
      Turns turns,
      NetworkId network,
      Consumer<StreamId> strayed) {
    this.log = log;
    this.checkpoints = checkpoints;
    this.eventVerifier = eventVerifier;
    this.applier = applier;
    this.histories = histories;
    this.trees = trees;
    this.turns = turns;
    this.network = network;
    this.strayed = strayed;
  }

  /**
   * The stream as the log has it now; empty when the log does not have its init event. A checkpoint
   * that cannot be read is made anew.
   *
   * @throws InvalidEventException when the events there are give no state
   * @throws DependencyMissingException when its init event cannot be judged now, or its type is not
   *     installed
   * @throws NoRoomException when it has too many events in branches for the memory
   * @throws DeadlineExpiredException when the time is over; a long stream is gone on with when it
   *     is asked for again
   */
  public Optional<DerivedState> derive(StreamId stream, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    Optional<DerivedState> checkpoint = checkpoints.read(stream);
    Optional<DerivedState> derived;
    try (Turns.Begun begun = turns.begin()) {
      derived = derive(stream, checkpoint, deadline);
    }
    if (checkpoint.isEmpty()) {
      derived.ifPresent(checkpoints::restore);
    } else if (derived.filter(now -> strays(checkpoint.get(), now)).isPresent()) {
      strayed.accept(stream);
    }
    return derived;
  }

  /** As when a newer release of the type takes other events: nobody wrote, yet it has moved. */
  private static boolean strays(DerivedState kept, DerivedState now) {
    return now.sequence() == kept.sequence() && !now.state().tip().equals(kept.state().tip());
  }

  private Optional<DerivedState> derive(
      StreamId stream, Optional<DerivedState> checkpoint, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    if (checkpoint.isEmpty() && !log.contains(stream.init())) {
      return Optional.empty();
    }
    applier.requireInstalled(stream, deadline);
    Optional<DerivedState> grown = trees.continued(stream, deadline);
    if (grown.isPresent()) {
      return grown;
    }
    if (checkpoint.isPresent() && usable(checkpoint.get(), deadline)) {
      DerivedState kept = checkpoint.get();
      Optional<DerivedState> continued =
          kept.straight()
              ? histories.from(kept, deadline).derivedState()
              : isNewest(kept) ? checkpoint : Optional.empty();
      if (continued.isPresent()) {
        return continued.get().sequence() == kept.sequence() ? checkpoint : continued;
      }
    }
    Optional<DerivedState> derived = anew(stream, deadline);
    if (derived.isEmpty() && follows(stream.init())) {
      throw notFirst(stream.init());
    }
    return derived;
  }

  /** Whether an event is here that belongs to the stream another one began. */
  private boolean follows(Cid event) {
    return log.event(event).filter(e -> !e.event().stream().init().equals(event)).isPresent();
  }

  static InvalidEventException notFirst(Cid event) {
    return new InvalidEventException("Event " + event + " is not the first event of a stream");
  }

  /**
   * The state of a stream whose first event just came into the log and is the only one there; empty
   * when it gives none now, so that the stream must be derived to find out why. Spares reading back
   * what was just written, which was most of the work of taking many streams in.
   *
   * @param order its key in the Recon order, if it has one
   */
  public Optional<DerivedState> begin(
      StreamId stream,
      VerifiedEvent verified,
      long sequence,
      Optional<EventId> order,
      Deadline deadline) {
    int wants = RemoteCalls.wanted();
    try {
      Applied applied = applier.init(stream, verified, deadline);
      return RemoteCalls.wanted() == wants
          ? Optional.of(DerivedState.of(applied, sequence, 1, order, Optional.empty()))
          : Optional.empty();
    } catch (InvalidEventException | DependencyMissingException e) {
      return Optional.empty();
    }
  }

  /**
   * A state with one event more that just came into the log; empty when it does anything else than
   * continue a straight history, so that the stream must be derived.
   */
  public Optional<DerivedState> extend(
      DerivedState kept, VerifiedEvent verified, long sequence, Deadline deadline) {
    return following(kept, verified, deadline).map(applied -> kept.followed(applied, sequence));
  }

  /**
   * Whether a time event on the tip of a straight history leaves the events before it standing.
   * Asks whatever must be asked for that.
   */
  public boolean leavesStanding(DerivedState kept, VerifiedEvent verified, Deadline deadline) {
    return kept.straight()
        && verified.event().event() instanceof Event.Time time
        && leavesStanding(kept.applied(), time, verified, deadline);
  }

  /** The same before the event is in the log. */
  public Optional<Applied> following(DerivedState kept, VerifiedEvent verified, Deadline deadline) {
    if (!kept.straight() || !usable(kept, deadline)) {
      return Optional.empty();
    }
    try {
      return next(kept.applied(), verified, deadline);
    } catch (InvalidEventException | DependencyMissingException e) {
      return Optional.empty();
    }
  }

  /** From all events, whatever is kept otherwise. */
  public Optional<DerivedState> fromTheBeginning(StreamId stream, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    trees.forget(stream);
    try (Turns.Begun begun = turns.begin()) {
      return anew(stream, deadline);
    }
  }

  private Optional<DerivedState> anew(StreamId stream, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    StraightHistories.Outcome straight = histories.fromTheBeginning(stream, deadline);
    return straight.derivedState().isPresent()
        ? straight.derivedState()
        : trees.fromTheBeginning(stream, straight.unapplied(), deadline);
  }

  private boolean isNewest(DerivedState kept) {
    boolean[] newer = new boolean[1];
    log.scanStream(
        kept.state().id(),
        kept.sequence(),
        event -> {
          newer[0] = true;
          return false;
        });
    return !newer[0];
  }

  /**
   * The state right after one event of the canonical log, with the timestamps that later time
   * events gave.
   *
   * @param current the stream's state, whose log contains the event
   */
  public StreamState at(DerivedState current, Cid event, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    BitSet wanted = new BitSet();
    wanted.set(current.state().log().indexOf(event));
    StreamState[] found = new StreamState[1];
    walk(current, wanted, () -> true, (index, state) -> found[0] = state, deadline);
    return found[0];
  }

  /** Takes the states along a walk. */
  @FunctionalInterface
  public interface Stop {
    /** The state after the entry of the log at that index. */
    void at(int index, StreamState state);
  }

  /**
   * Walks the canonical log once and stops after each wanted entry, with the timestamps that later
   * time events gave.
   *
   * @param goOn asked before each event
   * @throws DeadlineExpiredException when the deadline passes
   */
  public void walk(
      DerivedState current, BitSet wanted, BooleanSupplier goOn, Stop stop, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    StreamLog log = current.state().log();
    int tip = log.size() - 1;
    if (wanted.get(tip)) {
      stop.at(tip, current.state());
    }
    int last = wanted.previousSetBit(tip - 1);
    Applied applied = null;
    for (int i = 0; i <= last && goOn.getAsBoolean(); i++) {
      deadline.throwIfExpired();
      VerifiedEvent verified = verified(log.get(i), deadline);
      applied =
          applied == null
              ? applier.init(current.state().id(), verified, deadline)
              : applier.apply(applied, verified, deadline);
      if (wanted.get(i)) {
        stop.at(i, applied.state().with(log.prefix(i + 1)));
      }
    }
  }

  /**
   * Whether an event on the tip would be the tip by the rules, all branches known here considered.
   *
   * @throws DependencyMissingException when that cannot be told now
   * @throws NoRoomException when the stream has no room in memory to find that out
   */
  public boolean wouldBeTip(DerivedState current, VerifiedEvent verified, Deadline deadline)
      throws DependencyMissingException {
    try (Turns.Begun begun = turns.begin()) {
      return trees.wouldBeTip(current, verified, deadline);
    }
  }

  /**
   * Whether a state that was derived a while ago is what would be derived now: it has all that the
   * log has, nothing in it waits, and its type's code is the same.
   */
  public boolean holds(DerivedState derived, Deadline deadline) {
    return usable(derived, deadline) && isNewest(derived);
  }

  /** The events of a canonical log, each read when it is asked for. */
  public List<StoredEvent> events(StreamState state) {
    return new ReadAhead(log, state);
  }

  /** The init event's key in the Recon order, if the stream has one. */
  public Optional<EventId> order(StreamId stream, Event.Init init) {
    return InitHeader.of(init).order(network, stream.init());
  }

  private VerifiedEvent verified(LogEntry entry, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    try {
      VerifiedEvent verified = eventVerifier.stored(stored(entry), deadline);
      return new VerifiedEvent(
          verified.event(),
          verified.signature(),
          LogTimes.seconds(entry.timestamp()),
          verified.time(),
          false);
    } catch (UnverifiedException e) {
      throw new InvalidEventException(e.getMessage(), e);
    }
  }

  private StoredEvent stored(LogEntry entry) {
    return log.event(entry.cid())
        .orElseThrow(
            () -> new IllegalStateException("Event " + entry.cid() + " is not in the log"));
  }

  private boolean usable(DerivedState kept, Deadline deadline) {
    OptionalLong revision = applier.revision(kept.state().id().type(), deadline);
    return kept.missing().isEmpty()
        && (revision.isEmpty() || revision.getAsLong() == kept.state().typeRevision());
  }

  /** The state after an event; empty when the events before it must be judged anew as well. */
  private Optional<Applied> next(Applied applied, VerifiedEvent verified, Deadline deadline)
      throws InvalidEventException, DependencyMissingException {
    return verified.event().event() instanceof Event.Time time
            && !leavesStanding(applied, time, verified, deadline)
        ? Optional.empty()
        : Optional.of(applier.apply(applied, verified, deadline));
  }

  /**
   * A time event gives a time to the events before it, back to the time event before. Whether all
   * of them stand at that time as they do now, so that none need be judged anew.
   */
  private boolean leavesStanding(
      Applied applied, Event.Time time, VerifiedEvent verified, Deadline deadline) {
    return time.prev().equals(applied.state().tip())
        && verified.time().orElse(null) instanceof ProofTimes.Verdict.Anchored anchored
        && applier.stand(applied.signers(), applied.state().id(), anchored.blockTime(), deadline);
  }
}
