package org.kiln.streams.intake;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamWrites.Written;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.Applier;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.EventVerifier;
import org.kiln.streams.derive.VerifiedEvent;
import org.kiln.streams.publish.Counters;
import org.kiln.streams.publish.Moves;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.publish.StreamLocks;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.read.Reader;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;

/**
 * The door for clients' events: {@link StrictRules} says what they must be, {@link TipAppend} keeps
 * them, and here that is done under the stream's lock.
 *
 * <p>A write is verified first, without any lock; then, one at a time for each stream, applied to
 * the state, appended to the log, and made visible once it is durable. What does not apply is
 * refused before it is appended, so nothing of it is kept. The state it is applied to is the one
 * that a read gives: where a read is refused, and where an event that follows the tip still waits,
 * a write would be acknowledged and then not be there. Under the lock nothing outside the node is
 * asked; what was not asked before is asked off it, and the write tried again.
 */
public final class StrictWrites {
  private final EventLog log;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Reader reader;
  private final Applier applier;
  private final Anchoring anchoring;
  private final Publisher publisher;
  private final StrictRules rules;
  private final TipAppend append;
  private final StreamLocks locks;

  public StrictWrites(
      EventLog log,
      LogWriter writer,
      StreamCache cache,
      Derivation derivation,
      Reader reader,
      EventVerifier eventVerifier,
      Applier applier,
      Anchoring anchoring,
      Publisher publisher,
      Counters counters,
      StreamLocks locks) {
    this.log = log;
    this.cache = cache;
    this.derivation = derivation;
    this.reader = reader;
    this.applier = applier;
    this.anchoring = anchoring;
    this.publisher = publisher;
    this.rules = new StrictRules(log, derivation, reader, eventVerifier, applier, counters);
    this.append = new TipAppend(writer, cache, anchoring, publisher);
    this.locks = locks;
  }

  public Written create(int type, DecodedEvent event, WriteOptions options) throws StreamException {
    if (!(event.event() instanceof Event.Init init)) {
      throw rules.refused(
          Reason.INVALID, "Event " + event.event().cid() + " is not the first event of a stream");
    }
    if (!applier.plausibleType(type)) {
      throw rules.refused(Reason.INVALID, type + " is not a valid stream type");
    }
    StreamId stream = StreamId.of(type, init.cid());
    long epoch = cache.epoch(stream);
    // Nearly always a new one: no state of it needs to be looked for.
    Optional<DerivedState> known =
        cache.get(stream) == null && !log.contains(stream.init())
            ? Optional.empty()
            : reader.find(stream, options.deadline());
    if (known.isEmpty()) {
      VerifiedEvent verified =
          rules.eventVerifier(stream, init.header(), event, options.deadline());
      Optional<Written> written = createInLane(stream, init, verified, epoch, options);
      if (written.isPresent()) {
        return written.get();
      }
      known = Optional.of(reader.derivedState(stream, options.deadline()));
    }
    // Without the lock: to ask for a time event takes it.
    return again(known.get(), options);
  }

  /** Whether events of the stream came before its first one, and wait for it. */
  private boolean hasEvents(StreamId stream) {
    if (!log.mayHold()) {
      return false;
    }
    boolean[] any = new boolean[1];
    log.scanStream(
        stream,
        0,
        event -> {
          any[0] = true;
          return false;
        });
    return any[0];
  }

  /** Empty when somebody else has made the stream. */
  private Optional<Written> createInLane(
      StreamId stream, Event.Init init, VerifiedEvent verified, long epoch, WriteOptions options)
      throws StreamException {
    AtomicReference<Applied> gathered = new AtomicReference<>();
    return locks.inside(
        stream,
        options.deadline(),
        () -> {
          // Whoever made the stream in between has published it; otherwise it is still not there.
          if (cache.epoch(stream) != epoch && reader.find(stream, options.deadline()).isPresent()) {
            return Optional.empty();
          }
          Applied known = gathered.get();
          Applied applied =
              known != null ? known : rules.begun(stream, verified, options.deadline());
          Optional<EventId> order = derivation.order(stream, init);
          Consumer<Batch> pin = options.pin() ? Pins.of(stream, init.header()) : batch -> {};
          boolean awaited = hasEvents(stream);
          Written written = append.keep(applied, Kind.CREATED, verified, order, 0, pin, options);
          if (awaited) {
            publisher.goOn(written.state(), options.deadline());
          }
          return Optional.of(written);
        },
        () -> {
          gathered.set(rules.begun(stream, verified, options.deadline()));
          return null;
        });
  }

  public Written apply(StreamId stream, DecodedEvent event, WriteOptions options)
      throws StreamException {
    Event decoded = event.event();
    DerivedState derivedState = reader.derivedState(stream, options.deadline());
    if (decoded instanceof Event.Init || derivedState.state().log().indexOf(decoded.cid()) >= 0) {
      // Known already; or the start of a stream, whose chain never meets this one's log.
      return unchanged(derivedState);
    }
    rules.refuseUnlessWritable(derivedState);
    rules.refuseUnlessOnTip(derivedState.state(), decoded);
    VerifiedEvent verified =
        rules.eventVerifier(
            stream, derivedState.state().document().latestMetadata(), event, options.deadline());
    AtomicReference<Gathered> gathered = new AtomicReference<>();
    return locks.inside(
        stream,
        options.deadline(),
        () -> {
          DerivedState current = reader.derivedState(stream, options.deadline());
          if (current.state().log().indexOf(decoded.cid()) >= 0) {
            return unchanged(current);
          }
          Gathered known = gathered.get();
          Applied applied =
              known != null && known.before() == current.state()
                  ? known.applied()
                  : rules.applied(current, verified, options.deadline());
          return append.keep(
              applied,
              Moves.onwards(applied.state()),
              verified,
              current.order(),
              current.stored(),
              batch -> {},
              options);
        },
        () -> {
          DerivedState current = reader.derivedState(stream, options.deadline());
          Applied applied = rules.applied(current, verified, options.deadline());
          gathered.set(new Gathered(current.state(), applied));
          return null;
        });
  }

  /** What was found out without the lock, which still stands when the stream is as it was. */
  private record Gathered(StreamState before, Applied applied) {}

  private Written again(DerivedState known, WriteOptions options) throws StreamException {
    reader.refuseExpired(known, known.state());
    if (options.anchor() && !Anchoring.anchored(known.state())) {
      return new Written(publisher.requestAnchor(known.state().id(), options.deadline()), false);
    }
    return unchanged(known);
  }

  private Written unchanged(DerivedState known) {
    return new Written(anchoring.status(known.state()), false);
  }
}
