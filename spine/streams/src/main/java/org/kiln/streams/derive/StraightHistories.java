package org.kiln.streams.derive;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.streams.derive.StraightWalk.Progress;
import org.kiln.streams.derive.StraightWalk.Step;
import org.kiln.streams.state.DerivedState;

/**
 * Derives streams without branches, which nearly all are, in memory that does not grow with them
 * but by their states. A long one that is not done in time is gone on with where it was left.
 * Thread-safe.
 */
public final class StraightHistories {
  /** A stream with more events is derived by one thread at a time. */
  public static final int STRETCH = 1_000;

  private static final int MAX_BRANCHED = 10_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final EventLog log;
  private final EventVerifier eventVerifier;
  private final Applier applier;
  private final Turns turns;
  private final long maxRunBytes;
  private final Cache<StreamId, Left> left;

  /** Long streams that were found to have branches: they are not walked in vain again. */
  private final Cache<StreamId, Boolean> branched =
      Caffeine.newBuilder().maximumSize(MAX_BRANCHED).executor(Runnable::run).build();

  /** Where a walk was left; done when there was nothing more to read. */
  private record Left(Progress progress, boolean done) {}

  /**
   * What came of a walk.
   *
   * @param derivedState the stream, when all of it is one history that applies
   * @param unapplied otherwise what was read already from the beginning on, if anything
   */
  record Outcome(Optional<DerivedState> derivedState, List<Step> unapplied) {}

  private static final Outcome BRANCHED = new Outcome(Optional.empty(), List.of());

  public StraightHistories(
      EventLog log, EventVerifier eventVerifier, Applier applier, Turns turns, long cacheBytes) {
    this.log = log;
    this.eventVerifier = eventVerifier;
    this.applier = applier;
    this.turns = turns;
    this.maxRunBytes = EventTrees.heldBytes(cacheBytes);
    this.left =
        Caffeine.newBuilder()
            .maximumWeight(cacheBytes / 4)
            .weigher((StreamId id, Left one) -> one.progress().reached().weight())
            .expireAfterWrite(REMEMBERED)
            .executor(Runnable::run)
            .build();
  }

  /**
   * Walks from a state on to the end.
   *
   * @param kept has no branches and waits for nothing
   */
  Outcome from(DerivedState kept, Deadline deadline) {
    StreamId stream = kept.state().id();
    Progress known = new Progress(kept, OptionalLong.empty());
    return walk(stream, further(stream, Optional.of(known), true), deadline);
  }

  /** Walks from the beginning, or from where such a walk was cut short, to the end. */
  Outcome fromTheBeginning(StreamId stream, Deadline deadline) {
    return walk(stream, further(stream, Optional.empty(), false), deadline);
  }

  private StraightWalk further(StreamId stream, Optional<Progress> than, boolean orDone) {
    Left other = left.getIfPresent(stream);
    Optional<Progress> start =
        other != null
                && (orDone || !other.done())
                && isOfToday(stream, other.progress())
                && (than.isEmpty() || sequence(other.progress()) > sequence(than.get()))
            ? Optional.of(other.progress())
            : than;
    return start.isPresent()
        ? new StraightWalk(start.get(), log, eventVerifier, applier, maxRunBytes)
        : new StraightWalk(stream, log, eventVerifier, applier, maxRunBytes);
  }

  private boolean isOfToday(StreamId stream, Progress progress) {
    OptionalLong revision = applier.revision(stream.type(), Deadline.in(REMEMBERED));
    return revision.isPresent()
        && revision.getAsLong() == progress.reached().state().typeRevision();
  }

  private static long sequence(Progress progress) {
    return progress.reached().sequence();
  }

  private Outcome walk(StreamId stream, StraightWalk begun, Deadline deadline) {
    if (branched.getIfPresent(stream) != null) {
      return BRANCHED;
    }
    StraightWalk walk = begun;
    try (Turns.Turn turn = turns.at(stream)) {
      boolean whole = false;
      try {
        while (walk.goOn(STRETCH, deadline)) {
          if (!turn.isMine() && turn.take(deadline)) {
            if (branched.getIfPresent(stream) != null) {
              return BRANCHED;
            }
            walk = further(stream, walk.progress(), true);
          }
        }
        walk.end(deadline);
        whole = true;
      } finally {
        // Before others have their turn, whatever ended this one.
        if (turn.isMine() || !whole) {
          leave(stream, walk, whole);
        }
      }
    }
    return walk.straight()
        ? new Outcome(walk.progress().map(Progress::reached), List.of())
        : new Outcome(Optional.empty(), walk.unapplied());
  }

  private void leave(StreamId stream, StraightWalk walk, boolean done) {
    if (!walk.straight()) {
      left.invalidate(stream);
      branched.put(stream, true);
      return;
    }
    walk.progress()
        .filter(progress -> progress.reached().stored() > STRETCH)
        .map(progress -> new Left(progress, done))
        .ifPresent(now -> left.asMap().merge(stream, now, StraightHistories::further));
  }

  /** Who came a shorter way does not take the place of who came farther. */
  private static Left further(Left there, Left now) {
    DerivedState known = there.progress().reached();
    DerivedState reached = now.progress().reached();
    return (now.done() || !there.done())
            && known.state().typeRevision() == reached.state().typeRevision()
            && known.sequence() > reached.sequence()
        ? there
        : now;
  }
}
