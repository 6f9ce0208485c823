package org.kiln.streams.derive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.DerivedState;

/**
 * Applies the events of one stream as they are read, for as long as each simply follows the one
 * before. Nothing is kept but the running state and the events since the last time event, which
 * gives those their time; when these become too many bytes, the log is searched ahead for it. For
 * one thread.
 */
final class StraightWalk {
  private final StreamId stream;
  private final EventLog log;
  private final EventVerifier eventVerifier;
  private final Applier applier;
  private final long maxRunBytes;

  private Applied applied;
  private long sequence;
  private int stored;
  private Optional<EventId> order;

  /** Events read and not yet applied. */
  private final List<Step> run = new ArrayList<>();

  private long runBytes;
  private Cid last;

  /** Whether events were applied since the last time event, and by which time. */
  private boolean begun;

  private OptionalLong assumed = OptionalLong.empty();
  private boolean searched;
  private boolean straight = true;

  /**
   * How far a walk has come.
   *
   * @param reached all events up to its number are in it, none of them waits
   * @param assumed the time by which those since the last time event were judged, if any was
   */
  record Progress(DerivedState reached, OptionalLong assumed) {}

  /** An event, its place in the log, and its key in the Recon order, if it has one. */
  record Step(long sequence, Optional<EventId> order, VerifiedEvent verified) {}

  /** From the beginning. */
  StraightWalk(
      StreamId stream,
      EventLog log,
      EventVerifier eventVerifier,
      Applier applier,
      long maxRunBytes) {
    this.stream = stream;
    this.maxRunBytes = maxRunBytes;
    this.log = log;
    this.eventVerifier = eventVerifier;
    this.applier = applier;
    this.order = Optional.empty();
  }

  /** From where another walk, or a checkpoint, has come to. */
  StraightWalk(
      Progress progress,
      EventLog log,
      EventVerifier eventVerifier,
      Applier applier,
      long maxRunBytes) {
    this(progress.reached().state().id(), log, eventVerifier, applier, maxRunBytes);
    DerivedState kept = progress.reached();
    this.applied = kept.applied();
    this.sequence = kept.sequence();
    this.stored = kept.stored();
    this.order = kept.order();
    this.last = kept.state().tip();
    this.begun = kept.state().log().tip().kind() != LogEntry.Kind.TIME;
    this.assumed = progress.assumed();
    this.searched = assumed.isPresent();
  }

  /**
   * Goes on for so many events at most; answers whether there may be more.
   *
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over; what was applied
   *     until then is kept, and the walk can go on
   */
  boolean goOn(int most, Deadline deadline) {
    int[] read = new int[1];
    log.scanStream(
        stream,
        run.isEmpty() ? sequence : run.get(run.size() - 1).sequence(),
        event -> {
          deadline.throwIfExpired();
          straight = take(event, deadline);
          return straight && ++read[0] < most;
        });
    return read[0] == most && straight;
  }

  /** Applies what is left, when all was read. */
  void end(Deadline deadline) {
    straight = straight && apply(OptionalLong.empty(), deadline);
  }

  /** Whether all that was read is one history that applies. */
  boolean straight() {
    return straight;
  }

  /** The stream so far; empty when there is nothing of it. */
  Optional<Progress> progress() {
    return applied == null
        ? Optional.empty()
        : Optional.of(
            new Progress(
                DerivedState.of(applied, sequence, stored, order, Optional.empty()), assumed));
  }

  /** All that was read, when none of it was applied, so that it need not be read again. */
  List<Step> unapplied() {
    return applied == null ? List.copyOf(run) : List.of();
  }

  private boolean take(StoredEvent event, Deadline deadline) {
    VerifiedEvent verified;
    try {
      verified = eventVerifier.stored(event, deadline);
    } catch (UnverifiedException | DependencyMissingException e) {
      return false;
    }
    Event decoded = verified.event().event();
    boolean follows =
        last == null
            ? decoded.cid().equals(stream.init())
            : decoded.previous().filter(last::equals).isPresent();
    // What it is when it does not follow, others find out; it need not be read twice for that.
    run.add(new Step(event.sequence(), event.event().eventId(), verified));
    if (!follows) {
      return false;
    }
    if (order.isEmpty()) {
      order = event.event().eventId().map(id -> id.withEvent(stream.init()));
    }
    last = decoded.cid();
    runBytes += verified.weight();
    if (decoded instanceof Event.Time) {
      return verified.time().orElse(null) instanceof ProofTimes.Verdict.Anchored anchored
          && applyUpTo(anchored.blockTime(), deadline);
    }
    return runBytes <= maxRunBytes || applyAhead(event.sequence(), deadline);
  }

  /** A time event has come: what came before it is judged by its time. */
  private boolean applyUpTo(long seconds, Deadline deadline) {
    boolean asAssumed = assumed.isPresent() && assumed.getAsLong() == seconds;
    if (begun && !asAssumed && !applier.stand(applied.signers(), stream, seconds, deadline)) {
      return false;
    }
    boolean good = apply(OptionalLong.of(seconds), deadline);
    begun = false;
    searched = false;
    assumed = OptionalLong.empty();
    return good;
  }

  /** Too many events to keep until their time event comes. */
  private boolean applyAhead(long from, Deadline deadline) {
    if (!searched) {
      assumed = nextTime(from, deadline);
      searched = true;
    }
    return apply(assumed, deadline);
  }

  private OptionalLong nextTime(long from, Deadline deadline) {
    OptionalLong[] found = {OptionalLong.empty()};
    log.scanStream(
        stream,
        from,
        event -> {
          deadline.throwIfExpired();
          if (event.event().kind() != LogEntry.Kind.TIME) {
            return true;
          }
          try {
            if (eventVerifier.stored(event, deadline).time().orElse(null)
                instanceof ProofTimes.Verdict.Anchored anchored) {
              found[0] = OptionalLong.of(anchored.blockTime());
            }
          } catch (UnverifiedException | DependencyMissingException e) {
            // Then it will not be applied either, when it is its turn.
          }
          return false;
        });
    return found[0];
  }

  private boolean apply(OptionalLong time, Deadline deadline) {
    int done = 0;
    try {
      for (Step step : run) {
        deadline.throwIfExpired();
        VerifiedEvent verified = step.verified();
        VerifiedEvent at =
            new VerifiedEvent(
                verified.event(), verified.signature(), time, verified.time(), verified.local());
        applied =
            applied == null
                ? applier.init(stream, at, deadline)
                : applier.apply(applied, at, deadline);
        begun = true;
        sequence = step.sequence();
        stored++;
        done++;
      }
      return true;
    } catch (InvalidEventException | DependencyMissingException e) {
      return false;
    } finally {
      run.subList(0, done).clear();
      runBytes = run.stream().mapToLong(step -> step.verified().weight()).sum();
      if (!run.isEmpty()) {
        // Cut short: the rest is judged by the same time when it is read again.
        assumed = time;
      }
    }
  }
}
