package org.kiln.streams.read;

import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.DeadlineExpiredException;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;
import org.kiln.core.identity.SignatureVerifier;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.LoadOptions;
import org.kiln.core.stream.LogTimes;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamHistory.Found;
import org.kiln.core.stream.StreamHistory.Point;
import org.kiln.streams.derive.Applier;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.NoRoomException;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;
import org.kiln.streams.waiting.Waiting;

/** Reads states. Takes no lock. */
public final class Reader {
  private final EventLog log;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Applier applier;
  private final SignatureVerifier verifier;
  private final Anchoring anchoring;
  private final Waiting waiting;
  private final Clock clock;

  public Reader(
      EventLog log,
      StreamCache cache,
      Derivation derivation,
      Applier applier,
      SignatureVerifier verifier,
      Anchoring anchoring,
      Waiting waiting,
      Clock clock) {
    this.log = log;
    this.cache = cache;
    this.derivation = derivation;
    this.applier = applier;
    this.verifier = verifier;
    this.anchoring = anchoring;
    this.waiting = waiting;
    this.clock = clock;
  }

  public StreamState load(StreamRef ref, LoadOptions options) throws StreamException {
    DerivedState derivedState = derivedState(ref.stream(), options.deadline());
    StreamState state = derivedState.state();
    if (ref.event().isPresent()) {
      state = at(derivedState, ref.event().get(), options.deadline());
    } else if (options.atTime().isPresent()) {
      state = at(derivedState, lastBefore(state, options.atTime().getAsLong()), options.deadline());
    }
    refuseExpired(derivedState, state);
    return asked(derivedState, state);
  }

  /** The state of a stream that is in memory, whole and in force; empty when it is not. */
  public Optional<StreamState> atHand(StreamId stream) {
    DerivedState cached = cache.get(stream);
    return cached == null || !applier.ready(stream.type()) || mayStandOtherwise(cached)
        ? Optional.empty()
        : Optional.of(anchoring.status(cached.state()));
  }

  /** With what the anchor service says now, if it is the tip's state. */
  private StreamState asked(DerivedState derivedState, StreamState state) {
    return state.tip().equals(derivedState.state().tip()) ? anchoring.status(state) : state;
  }

  /** Several points of one stream in one walk; what cannot be loaded is left out. */
  public void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found)
      throws StreamException {
    DerivedState derivedState = derivedState(stream, options.deadline());
    StreamLog log = derivedState.state().log();
    Map<Cid, List<Integer>> queries = new HashMap<>();
    for (int i = 0; i < points.size(); i++) {
      Cid event = event(points.get(i), derivedState.state());
      queries.computeIfAbsent(event, cid -> new ArrayList<>(1)).add(i);
    }
    BitSet wanted = new BitSet();
    for (int i = 0; i < log.size(); i++) {
      if (queries.containsKey(log.get(i).cid())) {
        wanted.set(i);
      }
    }
    try {
      derivation.walk(
          derivedState,
          wanted,
          found::wanted,
          (index, state) -> tell(derivedState, state, queries.get(log.get(index).cid()), found),
          options.deadline());
    } catch (InvalidEventException e) {
      throw new StreamException(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      throw Refusals.missing(e);
    }
  }

  private static Cid event(Point point, StreamState current) {
    return point
        .event()
        .orElseGet(
            () ->
                point.atTime().isPresent()
                    ? lastBefore(current, point.atTime().getAsLong())
                    : current.tip());
  }

  private void tell(
      DerivedState derivedState, StreamState state, List<Integer> queries, Found found) {
    try {
      refuseExpired(derivedState, state);
    } catch (StreamException e) {
      return;
    }
    StreamState asked = asked(derivedState, state);
    queries.forEach(query -> found.state(query, asked));
  }

  /** The stream as it is now; derived when it is not in memory. */
  public DerivedState derivedState(StreamId stream, Deadline deadline) throws StreamException {
    DerivedState cached = cache.get(stream);
    if (cached != null && applier.installed(stream.type(), deadline)) {
      return cached;
    }
    if (stream.type() == 4) {
      throw new StreamException(Reason.INVALID, "4 is not a valid stream type");
    }
    return find(stream, deadline).orElseThrow(() -> notHere(stream));
  }

  /** The stream as it is now, empty when it is not known here. */
  public Optional<DerivedState> find(StreamId stream, Deadline deadline) throws StreamException {
    DerivedState cached = cache.get(stream);
    if (cached != null && applier.installed(stream.type(), deadline)) {
      return Optional.of(cached);
    }
    long epoch = cache.epoch(stream);
    Optional<DerivedState> derived = derived(stream, () -> derivation.derive(stream, deadline));
    derived.ifPresent(derivedState -> cache.offer(stream, derivedState, epoch));
    return derived;
  }

  /** The stream as the log has it now, whatever is in memory; empty when it is not known here. */
  public Optional<DerivedState> derivedNow(StreamId stream, Deadline deadline)
      throws StreamException {
    return derived(stream, () -> derivation.derive(stream, deadline));
  }

  /** Whether what was derived a while ago is what would be derived now. */
  public boolean holds(DerivedState derived, Deadline deadline) {
    return derivation.holds(derived, deadline);
  }

  /** The stream from all its events, judged by today's time. */
  public DerivedState derivedAnew(StreamId stream, Deadline deadline) throws StreamException {
    return derived(stream, () -> derivation.fromTheBeginning(stream, deadline))
        .orElseThrow(() -> notHere(stream));
  }

  /** A way to derive a stream. */
  private interface Source {
    Optional<DerivedState> derive() throws InvalidEventException, DependencyMissingException;
  }

  private Optional<DerivedState> derived(StreamId stream, Source source) throws StreamException {
    int wants = RemoteCalls.wanted();
    try {
      Optional<DerivedState> derived = source.derive();
      if (RemoteCalls.wanted() != wants) {
        // As far as can be known under a lock, which is not as far as can be known.
        throw Refusals.notInLane(stream);
      }
      derived
          .flatMap(DerivedState::missing)
          .ifPresentOrElse(missing -> waiting.add(missing, stream), () -> waiting.over(stream));
      return derived;
    } catch (InvalidEventException e) {
      // Its first event is here, and is none of a stream of that type.
      throw new StreamException(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      if (RemoteCalls.wanted() == wants) {
        waiting.add(e.missing(), stream);
      }
      throw Refusals.missing(e);
    } catch (NoRoomException e) {
      throw Refusals.noRoom(e);
    } catch (DeadlineExpiredException e) {
      waiting.goOn(stream);
      throw Refusals.takesLonger(stream);
    }
  }

  private StreamException notHere(StreamId stream) {
    return applier.plausibleType(stream.type())
        ? Refusals.unknown(stream)
        : new StreamException(Reason.INVALID, stream.type() + " is not a valid stream type");
  }

  private StreamState at(DerivedState derivedState, Cid event, Deadline deadline)
      throws StreamException {
    StreamState current = derivedState.state();
    if (event.equals(current.tip())) {
      return current;
    }
    if (current.log().indexOf(event) < 0) {
      boolean stored =
          log.event(event).filter(e -> e.event().stream().equals(current.id())).isPresent();
      throw stored ? Refusals.lost(current, event) : Refusals.unknownEvent(current.id(), event);
    }
    CommitId commit = new CommitId(current.id(), event);
    StreamState known = cache.commit(commit);
    if (known != null) {
      // Later time events may have given it other timestamps since.
      StreamLog entries = current.log().prefix(current.log().indexOf(event) + 1);
      return known.log().equals(entries) ? known : known.with(entries);
    }
    try {
      StreamState state = derivation.at(derivedState, event, deadline);
      cache.keepCommit(state);
      return state;
    } catch (InvalidEventException e) {
      throw new StreamException(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      throw Refusals.missing(e);
    }
  }

  /** The last time event not after a time, or the init event. */
  private static Cid lastBefore(StreamState state, long seconds) {
    Cid found = state.id().init();
    for (LogEntry entry : state.log()) {
      if (entry.kind() == LogEntry.Kind.TIME) {
        if (LogTimes.secondsOr(entry.timestamp(), Long.MAX_VALUE) > seconds) {
          break;
        }
        found = entry.cid();
      }
    }
    return found;
  }

  /** Whether events may stand otherwise today than when the state was derived. */
  public boolean mayStandOtherwise(DerivedState derivedState) {
    return expires(derivedState, clock.instant().getEpochSecond())
        || derivedState.missing().isPresent();
  }

  private boolean expires(DerivedState derivedState, long now) {
    return derivedState.earliestExpiry() != Long.MAX_VALUE
        && verifier.expired(derivedState.earliestExpiry(), now);
  }

  /**
   * Refuses a state with an event whose capability had expired before a time event covered it.
   *
   * @param state of that stream, as it is or as it was
   */
  public void refuseExpired(DerivedState derivedState, StreamState state) throws StreamException {
    long now = clock.instant().getEpochSecond();
    if (!expires(derivedState, now)) {
      return;
    }
    for (LogEntry entry : state.log()) {
      long expiration = LogTimes.secondsOr(entry.expirationTime(), Long.MAX_VALUE);
      if (expiration != Long.MAX_VALUE
          && verifier.expired(expiration, LogTimes.secondsOr(entry.timestamp(), now))) {
        throw Refusals.expired(state, entry.cid(), expiration);
      }
    }
  }
}
