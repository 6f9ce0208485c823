package org.kiln.streams.intake;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamMetadata;
import org.kiln.api.stream.StreamState;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.Outside;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamWrites.Written;
import org.kiln.core.stream.WriteOptions;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.Applier;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.Judge;
import org.kiln.streams.derive.Judged;
import org.kiln.streams.publish.Counters;
import org.kiln.streams.publish.Lanes;
import org.kiln.streams.publish.Moves;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.read.Reader;
import org.kiln.streams.read.Refusals;
import org.kiln.streams.state.Applied;
import org.kiln.streams.state.Resident;
import org.kiln.streams.state.StreamCache;

/**
 * The door for clients' events.
 *
 * <p>A write is judged first, off every lock; then, one at a time for each stream, applied to the
 * state, appended to the log, and made visible once it is durable. What does not apply is refused
 * before it is appended, so nothing of it is kept. The state it is applied to is the one that a
 * read gives: where a read is refused, and where an event that follows the tip still waits, a write
 * would be acknowledged and then not be there. In the lane nothing outside the node is asked; what
 * was not asked before is asked off it, and the write tried again.
 */
public final class Intake {
  private final EventLog log;
  private final LogWriter writer;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Reader reader;
  private final Judge judge;
  private final Applier applier;
  private final Anchoring anchoring;
  private final Publisher publisher;
  private final Counters counters;
  private final Lanes lanes;

  public Intake(
      EventLog log,
      LogWriter writer,
      StreamCache cache,
      Derivation derivation,
      Reader reader,
      Judge judge,
      Applier applier,
      Anchoring anchoring,
      Publisher publisher,
      Counters counters,
      Lanes lanes) {
    this.log = log;
    this.writer = writer;
    this.cache = cache;
    this.derivation = derivation;
    this.reader = reader;
    this.judge = judge;
    this.applier = applier;
    this.anchoring = anchoring;
    this.publisher = publisher;
    this.counters = counters;
    this.lanes = lanes;
  }

  public Written create(int type, DecodedEvent event, WriteOptions options) throws StreamException {
    if (!(event.event() instanceof Event.Init init)) {
      throw refused(
          Reason.INVALID, "Event " + event.event().cid() + " is not the first event of a stream");
    }
    if (!applier.plausibleType(type)) {
      throw refused(Reason.INVALID, type + " is not a valid stream type");
    }
    StreamId stream = StreamId.of(type, init.cid());
    long epoch = cache.epoch(stream);
    // Nearly always a new one: no state of it needs to be looked for.
    Optional<Resident> known =
        cache.get(stream) == null && !log.contains(stream.init())
            ? Optional.empty()
            : reader.find(stream, options.deadline());
    if (known.isEmpty()) {
      Judged judged = judge(stream, init.header(), event, options.deadline());
      Optional<Written> written = createInLane(stream, init, judged, epoch, options);
      if (written.isPresent()) {
        return written.get();
      }
      known = Optional.of(reader.resident(stream, options.deadline()));
    }
    // Off the lane: to ask for a time event takes it.
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
      StreamId stream, Event.Init init, Judged judged, long epoch, WriteOptions options)
      throws StreamException {
    AtomicReference<Applied> gathered = new AtomicReference<>();
    Application application = () -> applier.init(stream, judged, options.deadline());
    return lanes.inside(
        stream,
        options.deadline(),
        () -> {
          // Whoever made the stream in between has published it; otherwise it is still not there.
          if (cache.epoch(stream) != epoch && reader.find(stream, options.deadline()).isPresent()) {
            return Optional.empty();
          }
          Applied known = gathered.get();
          Applied applied = known != null ? known : applyStrictly(application);
          Optional<EventId> order = derivation.order(stream, init);
          Consumer<Batch> pin = options.pin() ? Pins.of(stream, init.header()) : batch -> {};
          boolean awaited = hasEvents(stream);
          Written written = keep(applied, Kind.CREATED, judged, order, 0, pin, options);
          if (awaited) {
            publisher.goOn(written.state(), options.deadline());
          }
          return Optional.of(written);
        },
        () -> {
          gathered.set(applyStrictly(application));
          return null;
        });
  }

  public Written apply(StreamId stream, DecodedEvent event, WriteOptions options)
      throws StreamException {
    Event decoded = event.event();
    Resident resident = reader.resident(stream, options.deadline());
    if (decoded instanceof Event.Init || resident.state().log().indexOf(decoded.cid()) >= 0) {
      // Known already; or the start of a stream, whose chain never meets this one's log.
      return unchanged(resident);
    }
    refuseUnlessWritable(resident);
    refuseUnlessOnTip(resident.state(), decoded);
    Judged judged =
        judge(stream, resident.state().document().latestMetadata(), event, options.deadline());
    AtomicReference<Gathered> gathered = new AtomicReference<>();
    return lanes.inside(
        stream,
        options.deadline(),
        () -> {
          Resident current = reader.resident(stream, options.deadline());
          if (current.state().log().indexOf(decoded.cid()) >= 0) {
            return unchanged(current);
          }
          Gathered known = gathered.get();
          Applied applied =
              known != null && known.before() == current.state()
                  ? known.applied()
                  : applied(current, judged, options.deadline());
          return keep(
              applied,
              Moves.onwards(applied.state()),
              judged,
              current.order(),
              current.stored(),
              batch -> {},
              options);
        },
        () -> {
          Resident current = reader.resident(stream, options.deadline());
          Applied applied = applied(current, judged, options.deadline());
          gathered.set(new Gathered(current.state(), applied));
          return null;
        });
  }

  /** What was found out off the lane, which still stands when the stream is as it was. */
  private record Gathered(StreamState before, Applied applied) {}

  /** The state with an event that must be applied to the stream as it is. */
  private Applied applied(Resident current, Judged judged, Deadline deadline)
      throws StreamException {
    refuseUnlessWritable(current);
    refuseUnlessOnTip(current.state(), judged.event().event());
    Applied applied = applyStrictly(() -> applier.apply(current.applied(), judged, deadline));
    if (!current.straight()) {
      refuseUnlessChosen(current, judged, deadline);
    }
    return applied;
  }

  /** What a write builds on must be what a read gives, now and when what waits has come. */
  private void refuseUnlessWritable(Resident resident) throws StreamException {
    try {
      Refusals.refuseUnfinished(resident);
      reader.refuseExpired(resident, resident.state());
    } catch (StreamException e) {
      counters.countRefused();
      throw e;
    }
  }

  private Written again(Resident known, WriteOptions options) throws StreamException {
    reader.refuseExpired(known, known.state());
    if (options.anchor() && !Anchoring.anchored(known.state())) {
      return new Written(publisher.requestAnchor(known.state().id(), options.deadline()), false);
    }
    return unchanged(known);
  }

  private Written unchanged(Resident known) {
    return new Written(anchoring.status(known.state()), false);
  }

  private Judged judge(StreamId stream, Ipld.Map metadata, DecodedEvent event, Deadline deadline)
      throws StreamException {
    try {
      return judge.incoming(event, true, deadline);
    } catch (UnverifiedException e) {
      throw refused(
          Reason.INVALID,
          "Can not verify signature for commit "
              + event.event().cid()
              + " to stream "
              + stream
              + " which has controller DID "
              + new StreamMetadata(metadata).controller().orElse("none")
              + ": "
              + e.getMessage());
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.missing(e);
    }
  }

  private void refuseUnlessOnTip(StreamState state, Event event) throws StreamException {
    Cid prev = event.previous().orElseThrow();
    if (prev.equals(state.tip())) {
      return;
    }
    counters.countRefused();
    if (state.log().indexOf(prev) >= 0 || log.contains(prev)) {
      throw Refusals.stale(state, event.cid());
    }
    throw Refusals.unknownEvent(state.id(), prev);
  }

  /** With branches, the event must win on every node that knows the same events. */
  private void refuseUnlessChosen(Resident current, Judged judged, Deadline deadline)
      throws StreamException {
    try {
      if (derivation.wouldBeTip(current, judged, deadline)) {
        return;
      }
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.notYet(e.missing(), e.getMessage());
    }
    counters.countRefused();
    throw Refusals.lost(current.state(), judged.event().event().cid());
  }

  private interface Application {
    Applied run() throws InvalidEventException, DependencyMissingException;
  }

  private Applied applyStrictly(Application application) throws StreamException {
    try {
      return application.run();
    } catch (InvalidEventException e) {
      throw refused(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.missing(e);
    }
  }

  /**
   * Appends an event that applies, with its pin, its anchor request and the move it makes, and
   * makes it visible.
   */
  private Written keep(
      Applied applied,
      Kind move,
      Judged judged,
      Optional<EventId> order,
      int storedBefore,
      Consumer<Batch> also,
      WriteOptions options)
      throws StreamException {
    StreamId stream = applied.state().id();
    if (Outside.wants() > 0) {
      throw Refusals.notInLane(stream);
    }
    Cid tip = applied.state().tip();
    Optional<AnchorRequests.Request> request =
        options.anchor() && !Anchoring.anchored(applied.state())
            ? anchoring.prepare(stream, tip)
            : Optional.empty();
    NewEvent event = writer.event(stream, judged.event(), order, true);
    try (StreamCache.Moving moving = cache.moving(List.of(stream))) {
      long sequence =
          writer
              .append(
                  List.of(LogWriter.moving(event, judged.event(), Origin.CLIENT, move)),
                  batch -> {
                    also.accept(batch);
                    request.ifPresent(r -> r.write().accept(batch));
                  },
                  options.deadline())
              .get(0);
      request.ifPresent(r -> r.committed().run());
      publisher.show(Resident.of(applied, sequence, storedBefore + 1, order, Optional.empty()));
    }
    return new Written(anchoring.status(applied.state()), true);
  }

  private StreamException refused(Reason reason, String message) {
    counters.countRefused();
    return new StreamException(reason, message);
  }
}
