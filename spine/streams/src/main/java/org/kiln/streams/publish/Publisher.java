package org.kiln.streams.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Dependency;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.Journal;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.streams.publish.PublishedTips.Last;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.read.Reader;
import org.kiln.streams.state.Checkpoints;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;
import org.kiln.streams.waiting.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changed states visible: in memory, in the journal, in the store, and to streams that wait
 * for them; in that order, so that whoever hears of a move reads a state that has it, and what was
 * put away was told. Thread-safe; one change of a stream at a time, under its lock.
 */
public final class Publisher {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

  /** What is derived in the background may be a long stream. */
  private static final Duration ANEW = Duration.ofMinutes(5);

  /** How long a stream's turn is waited for. */
  private static final Duration TURN = Duration.ofMinutes(1);

  private final StreamCache cache;
  private final Checkpoints checkpoints;
  private final Reader reader;
  private final Anchoring anchoring;
  private final Journal journal;
  private final PublishedTips published;
  private final Waiting waiting;
  private final Counters counters;
  private final StreamLocks locks;
  private final Comparison comparison;
  private final UnpublishedStreams unpublished;

  public Publisher(
      StreamCache cache,
      Checkpoints checkpoints,
      Reader reader,
      Anchoring anchoring,
      Journal journal,
      PublishedTips published,
      Waiting waiting,
      Counters counters,
      StreamLocks locks,
      Comparison comparison,
      UnpublishedStreams unpublished) {
    this.cache = cache;
    this.checkpoints = checkpoints;
    this.reader = reader;
    this.anchoring = anchoring;
    this.journal = journal;
    this.published = published;
    this.waiting = waiting;
    this.counters = counters;
    this.locks = locks;
    this.comparison = comparison;
    this.unpublished = unpublished;
  }

  /**
   * Makes a new state visible whose move the log was told with the event; the caller holds the
   * stream's lock.
   */
  public void show(DerivedState derivedState) {
    cache.publish(derivedState.state().id(), derivedState);
    putAway(derivedState);
    moved(derivedState);
  }

  private void putAway(DerivedState derivedState) {
    published.hasState(derivedState.state().id());
    checkpoints.changed(derivedState);
  }

  private void moved(DerivedState derivedState) {
    comparison.moved(derivedState.state().id());
    counters.countApplied();
    waiting.arrived(derivedState.state().id());
  }

  /**
   * A state was shown that events may follow which were here before; the caller holds the stream's
   * lock.
   */
  public void goOn(StreamState shown, Deadline deadline) {
    StreamId stream = shown.id();
    try {
      Last before = new Last(Optional.of(shown.tip()));
      Round round = round();
      round.extended(before, reader.derivedAnew(stream, deadline), Origin.NODE);
      round.tell();
    } catch (StreamException | DeadlineExpiredException | StoreException e) {
      LOG.debug("Stream {} is derived later: {}", stream, e.getMessage());
      cache.invalidate(stream);
      unpublished.owe(stream, List.of());
    }
  }

  /** What many events did, to be told at once; for one thread, which holds their locks. */
  public Round round() {
    return new Round();
  }

  /** Changes that become visible one by one and are told together. */
  public final class Round {
    private final List<Long> settled = new ArrayList<>();
    private final Map<StreamId, Step> steps = new LinkedHashMap<>();
    private boolean missing;

    /** Nothing more is to come of an event. */
    public void settled(long sequence) {
      settled.add(sequence);
    }

    /** A stream goes on straight from a state that was told, or is on its way to be. */
    public void extended(Last before, DerivedState after, Origin origin) {
      cache.publish(after.state().id(), after);
      note(before, after, origin);
    }

    private void note(Last before, DerivedState after, Origin origin) {
      steps.merge(
          after.state().id(),
          new Step(before, after, origin),
          (first, next) -> new Step(first.before, next.after, next.origin));
    }

    /**
     * Derives a stream from the log.
     *
     * @param before what was told last; empty when only the journal can say
     * @return false when that takes asking outside the node, which must be done without the lock
     */
    public boolean refresh(StreamId stream, Optional<Last> before, Origin origin, Deadline deadline)
        throws StreamException {
      cache.invalidate(stream);
      int wants = RemoteCalls.wanted();
      Attempt attempt = attempt(() -> reader.find(stream, deadline));
      if (RemoteCalls.wanted() != wants) {
        return false;
      }
      derived(stream, attempt, before, origin);
      return true;
    }

    private void derived(StreamId stream, Attempt attempt, Optional<Last> before, Origin origin) {
      missing |= attempt.typeMissing;
      if (attempt.state.isEmpty()) {
        before.filter(Last.NOTHING::equals).ifPresent(never -> published.stateless(stream));
      } else if (before.isEmpty()) {
        unpublished.oweDerived(stream);
      } else {
        note(before.get(), attempt.state.get(), origin);
      }
    }

    /** Tells of all that. */
    public void tell() {
      List<Journal.Move> moves =
          steps.values().stream().flatMap(step -> step.move().stream()).toList();
      if (!settled.isEmpty() || !moves.isEmpty()) {
        journal.note(settled, moves);
      }
      for (Step step : steps.values()) {
        // Though the state may be the same: it need not look at those events again.
        putAway(step.after);
        if (step.move().isPresent()) {
          moved(step.after);
        }
      }
    }
  }

  /** A way to derive a stream. */
  @FunctionalInterface
  private interface Way {
    Optional<DerivedState> derive() throws StreamException;
  }

  /**
   * What came of deriving a stream.
   *
   * @param state empty when it has none now
   * @param typeMissing whether that is for want of its type
   */
  private record Attempt(Optional<DerivedState> state, boolean typeMissing) {}

  private static Attempt attempt(Way way) throws StreamException {
    try {
      return new Attempt(way.derive(), false);
    } catch (StreamException e) {
      if (e.reason() == Reason.BUSY || e.reason() == Reason.STORAGE) {
        throw e;
      }
      // Kept, but it gives no state yet: the init event is missing or waits for something itself.
      return new Attempt(Optional.empty(), e.missing().filter(Publisher::isType).isPresent());
    }
  }

  private static boolean isType(Dependency missing) {
    return missing instanceof Dependency.Extension extension
        && extension.kind() == Dependency.Extension.Kind.STREAM_TYPE;
  }

  private record Step(Last before, DerivedState after, Origin origin) {
    Optional<Journal.Move> move() {
      return Moves.between(before.tip(), after.state(), origin);
    }
  }

  /** Something the stream waited for has come, or it took too long for who asked. */
  public void deriveAnew(StreamId stream) {
    deriveAnew(stream, () -> published.of(stream), List.of());
  }

  /** What was told last of a stream, found out under its lock. */
  @FunctionalInterface
  public interface Source {
    /** Empty when only the journal can say. */
    Optional<Last> last();
  }

  /**
   * Derives a stream and tells if it has moved; without the lock, since that may ask chains and
   * take long, and under the lock only when somebody wrote meanwhile.
   *
   * @param settled events of which nothing more is to come then
   * @return false when it cannot be derived now, and may be before long
   */
  public boolean deriveAnew(StreamId stream, Source source, List<Long> settled) {
    long epoch = cache.epoch(stream);
    boolean inLane = false;
    try {
      Attempt attempt = attempt(() -> reader.derivedNow(stream, Deadline.in(ANEW)));
      Deadline turn = Deadline.in(TURN);
      try (StreamLocks.Held lock = locks.enter(stream, turn)) {
        inLane = true;
        Round round = round();
        if (cache.epoch(stream) == epoch || stillHolds(attempt, turn)) {
          attempt.state.ifPresent(derived -> cache.publish(stream, derived));
          round.derived(stream, attempt, source.last(), Origin.NODE);
        } else if (!round.refresh(stream, source.last(), Origin.NODE, turn)) {
          unpublished.owe(stream, settled);
          return false;
        }
        settled.forEach(round::settled);
        round.tell();
        return !round.missing;
      }
    } catch (StreamException | DeadlineExpiredException | StoreException e) {
      LOG.debug("Stream {} is derived later: {}", stream, e.getMessage());
      if (inLane) {
        // Before that nothing was shown; and whoever derives it beside this one is done in vain
        // when the cache says that somebody wrote.
        cache.invalidate(stream);
      }
      unpublished.owe(stream, settled);
      return false;
    }
  }

  /** Whether what was derived counts though streams were shown meanwhile, be it this or others. */
  private boolean stillHolds(Attempt attempt, Deadline deadline) {
    return attempt.state.filter(derived -> reader.holds(derived, deadline)).isPresent();
  }

  /**
   * Judges the stream's events by today's time where that can change anything: an event whose
   * capability has expired without a time event leaves the state, though never the log, so that a
   * time event from when it held brings it back.
   */
  public void judgeAnew(StreamId stream, Deadline deadline) throws StreamException {
    Optional<DerivedState> known = reader.find(stream, deadline);
    if (known.isEmpty() || !reader.mayStandOtherwise(known.get())) {
      return;
    }
    while (true) {
      long epoch = cache.epoch(stream);
      DerivedState after = reader.derivedAnew(stream, deadline);
      try (StreamLocks.Held lock = locks.enter(stream, deadline)) {
        if (cache.epoch(stream) == epoch) {
          DerivedState cached = cache.get(stream);
          DerivedState before = cached == null ? known.get() : cached;
          if (!after.state().tip().equals(before.state().tip())) {
            Round round = round();
            round.extended(published.of(stream).orElse(Last.of(before)), after, Origin.NODE);
            round.tell();
          }
          return;
        }
      }
      // Somebody wrote to it meanwhile.
      deadline.throwIfExpired();
    }
  }

  /**
   * Asks for a time event on the tip, under the lock: what is just becoming the tip must not be
   * missed.
   *
   * @return the state with the status of the request
   */
  public StreamState requestAnchor(StreamId stream, Deadline deadline) throws StreamException {
    return locks.inside(
        stream,
        deadline,
        () -> {
          StreamState current = reader.derivedState(stream, deadline).state();
          anchoring.request(current, deadline);
          return anchoring.status(current);
        },
        () -> reader.derivedState(stream, deadline));
  }
}
