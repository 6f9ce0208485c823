package org.kiln.streams;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.anchor.AnchorRequests;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamService.Received;
import org.kiln.core.stream.StreamService.WriteOptions;
import org.kiln.core.stream.StreamService.Written;
import org.kiln.ipld.event.CheckedNodes;
import org.kiln.ipld.event.DecodedEvent;

/**
 * The only door for events.
 *
 * <p>A client's write is judged first, off every lock; then, one at a time for each stream, applied
 * to the state, appended to the log, and made visible once it is durable. What does not apply is
 * refused before it is appended, so nothing of it is kept.
 */
final class Intake {
  private final EventLog log;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Reader reader;
  private final Judge judge;
  private final Applier applier;
  private final Anchoring anchoring;
  private final Publisher publisher;
  private final Waiting waiting;
  private final Counters counters;
  private final Clock clock;
  private final Lanes lanes;

  Intake(
      EventLog log,
      StreamCache cache,
      Derivation derivation,
      Reader reader,
      Judge judge,
      Applier applier,
      Anchoring anchoring,
      Publisher publisher,
      Waiting waiting,
      Counters counters,
      Lanes lanes,
      Clock clock) {
    this.log = log;
    this.cache = cache;
    this.derivation = derivation;
    this.reader = reader;
    this.judge = judge;
    this.applier = applier;
    this.anchoring = anchoring;
    this.publisher = publisher;
    this.waiting = waiting;
    this.counters = counters;
    this.lanes = lanes;
    this.clock = clock;
  }

  Written create(int type, DecodedEvent event, WriteOptions options) throws StreamException {
    if (!(event.event() instanceof Event.Init init)) {
      throw refused(
          Reason.INVALID, "Event " + event.event().cid() + " is not the first event of a stream");
    }
    if (!applier.plausibleType(type)) {
      throw refused(Reason.INVALID, type + " is not a valid stream type");
    }
    StreamId stream = StreamId.of(type, init.cid());
    long epoch = cache.epoch(stream);
    Optional<Resident> known = reader.find(stream, options.deadline());
    if (known.isPresent()) {
      return again(known.get(), options);
    }
    Judged judged = judge(stream, init.header(), event, options.deadline());
    try (Lanes.Held lane = lanes.enter(stream, options.deadline())) {
      // Whoever made the stream in between has published it; otherwise it is still not there.
      if (cache.epoch(stream) != epoch) {
        known = reader.find(stream, options.deadline());
        if (known.isPresent()) {
          return again(known.get(), options);
        }
      }
      Applied applied = applyStrictly(() -> applier.init(stream, judged, options.deadline()));
      Optional<EventId> order = derivation.order(stream, init);
      Consumer<Batch> pin = options.pin() ? Pins.of(stream, init.header()) : batch -> {};
      return keep(applied, judged, order, 0, pin, options);
    }
  }

  Written apply(StreamId stream, DecodedEvent event, WriteOptions options) throws StreamException {
    Event decoded = event.event();
    Resident resident = reader.resident(stream, options.deadline());
    if (decoded instanceof Event.Init || resident.state().log().indexOf(decoded.cid()) >= 0) {
      // Known already; or the start of a stream, whose chain never meets this one's log.
      return new Written(resident.state(), false);
    }
    refuseUnlessOnTip(resident.state(), decoded);
    Judged judged =
        judge(stream, resident.state().document().latestMetadata(), event, options.deadline());
    try (Lanes.Held lane = lanes.enter(stream, options.deadline())) {
      Resident current = reader.resident(stream, options.deadline());
      if (current.state().log().indexOf(decoded.cid()) >= 0) {
        return new Written(current.state(), false);
      }
      refuseUnlessOnTip(current.state(), decoded);
      Applied applied =
          applyStrictly(() -> applier.apply(current.applied(), judged, options.deadline()));
      if (!current.straight()) {
        refuseUnlessChosen(current, judged, options.deadline());
      }
      return keep(applied, judged, current.order(), current.stored(), batch -> {}, options);
    }
  }

  /**
   * An event on its way in, with what was found out about it off every lock.
   *
   * @param epoch of the stream's state before it was looked at
   * @param known the stream as it was then, if it could be derived
   */
  private record Arrival(
      int index,
      StreamId stream,
      NewEvent event,
      Optional<Cid> prev,
      Optional<Judged> judged,
      long epoch,
      Optional<Resident> known) {}

  /**
   * Takes events from the network: keeps what is authentic, in one write, and applies it as far as
   * it can be.
   *
   * @param onTip whether to take only what stands on its stream's tip
   * @return for each event why it was refused, empty when it was not
   */
  List<Optional<StreamException>> receive(List<Received> events, boolean onTip, Deadline deadline) {
    List<Optional<StreamException>> refusals =
        new ArrayList<>(Collections.nCopies(events.size(), Optional.empty()));
    List<Arrival> arrivals = new ArrayList<>(events.size());
    CheckedNodes checked = new CheckedNodes();
    for (int i = 0; i < events.size(); i++) {
      try {
        arrival(i, events.get(i), onTip, checked, deadline).ifPresent(arrivals::add);
      } catch (StreamException e) {
        refusals.set(i, Optional.of(e));
      }
    }
    if (!arrivals.isEmpty()) {
      try {
        take(arrivals, onTip, refusals, deadline);
      } catch (StreamException e) {
        arrivals.forEach(arrival -> refusals.set(arrival.index(), Optional.of(e)));
      }
    }
    return refusals;
  }

  /** Empty when the event is known. */
  private Optional<Arrival> arrival(
      int index, Received received, boolean onTip, CheckedNodes checked, Deadline deadline)
      throws StreamException {
    StreamId stream = received.stream();
    DecodedEvent event = received.event();
    Cid cid = event.event().cid();
    if (event.event() instanceof Event.Init && !cid.equals(stream.init())) {
      throw refused(Reason.INVALID, "Event " + cid + " is the first event of another stream");
    }
    if (log.contains(cid)) {
      return Optional.empty();
    }
    Optional<Cid> id =
        switch (event.event()) {
          case Event.Init init -> Optional.empty();
          case Event.Data data -> data.id();
          case Event.Time time -> time.id();
        };
    if (id.isPresent() && !id.get().equals(stream.init())) {
      throw refused(Reason.INVALID, "Event " + cid + " names another stream than " + stream);
    }
    long epoch = cache.epoch(stream);
    // What begins a stream was not there before it.
    Optional<Resident> known =
        event.event() instanceof Event.Init ? Optional.empty() : known(stream, onTip, deadline);
    if (onTip) {
      refuseUnlessOnTip(known, stream, event.event());
    }
    Optional<Judged> judged = Optional.empty();
    try {
      judged = Optional.of(judge.incoming(event, false, checked, deadline));
    } catch (UnverifiedException e) {
      throw refused(Reason.INVALID, e.getMessage());
    } catch (DependencyMissingException e) {
      waiting.add(e.missing(), stream);
    }
    Optional<EventId> order =
        event.event() instanceof Event.Init init
            ? derivation.order(stream, init)
            : known.isPresent() ? known.get().order() : orderInLog(stream);
    return Optional.of(
        new Arrival(
            index,
            stream,
            newEvent(stream, event, order, judged.isPresent()),
            event.event().previous(),
            judged,
            epoch,
            known));
  }

  /** The stream as far as it can be derived now. */
  private Optional<Resident> known(StreamId stream, boolean onTip, Deadline deadline)
      throws StreamException {
    try {
      return reader.find(stream, deadline);
    } catch (StreamException e) {
      boolean ourTrouble = e.reason() == Reason.BUSY || e.reason() == Reason.STORAGE;
      if (ourTrouble || onTip && e.reason() != Reason.UNAVAILABLE) {
        throw e;
      }
      // What the stream needs has gone or has not come yet, be it a model, be it the time event
      // that makes its first event valid: its events are kept until it is there.
      return Optional.empty();
    }
  }

  /** The place of a stream's events in the log's order, when the stream has no state. */
  private Optional<EventId> orderInLog(StreamId stream) {
    return log.event(stream.init()).flatMap(init -> init.event().eventId());
  }

  private void take(
      List<Arrival> arrivals,
      boolean onTip,
      List<Optional<StreamException>> refusals,
      Deadline deadline)
      throws StreamException {
    try (Lanes.Held lane =
        lanes.enterAll(arrivals.stream().map(Arrival::stream).toList(), deadline)) {
      Map<StreamId, Resident> residents = new HashMap<>();
      List<Arrival> taken = new ArrayList<>(arrivals.size());
      for (Arrival arrival : arrivals) {
        try {
          Optional<Resident> current = current(arrival, onTip, deadline);
          if (onTip && current.isPresent() && !onTip(current.get(), arrival.prev())) {
            throw Refusals.stale(current.get().state(), arrival.event().cid());
          }
          current.ifPresent(resident -> residents.put(arrival.stream(), resident));
          taken.add(arrival);
        } catch (StreamException e) {
          refusals.set(arrival.index(), Optional.of(e));
        }
      }
      if (taken.isEmpty()) {
        return;
      }
      List<Long> sequences =
          append(taken.stream().map(Arrival::event).toList(), batch -> {}, deadline);
      Set<StreamId> derived = new HashSet<>();
      for (int i = 0; i < taken.size(); i++) {
        Arrival arrival = taken.get(i);
        if (derived.contains(arrival.stream())) {
          continue;
        }
        try {
          Optional<Resident> extended =
              extend(residents.get(arrival.stream()), arrival, sequences.get(i), deadline);
          if (extended.isPresent()) {
            residents.put(arrival.stream(), extended.get());
          } else {
            publisher.refresh(arrival.stream(), deadline);
            // With all events of the batch.
            derived.add(arrival.stream());
          }
        } catch (StreamException e) {
          refusals.set(arrival.index(), Optional.of(e));
        }
      }
    }
  }

  /** The stream as it is; the caller holds its lane. */
  private Optional<Resident> current(Arrival arrival, boolean onTip, Deadline deadline)
      throws StreamException {
    Resident cached = cache.get(arrival.stream());
    if (cached != null) {
      return Optional.of(cached);
    }
    // Many streams share the cache: what was found off the lane may have left it again.
    return cache.epoch(arrival.stream()) == arrival.epoch()
        ? arrival.known()
        : known(arrival.stream(), onTip, deadline);
  }

  /** Applies an event that simply continues the state before; empty when it does not. */
  private Optional<Resident> extend(
      Resident before, Arrival arrival, long sequence, Deadline deadline) {
    if (before == null || arrival.judged().isEmpty() || before.sequence() >= sequence) {
      return Optional.empty();
    }
    Optional<Resident> extended =
        derivation
            .extend(before, arrival.judged().get(), sequence, deadline)
            .map(resident -> resident.with(anchoring.status(resident.state())));
    extended.ifPresent(publisher::show);
    return extended;
  }

  private Written again(Resident known, WriteOptions options) throws StreamException {
    if (options.anchor() && !Anchoring.anchored(known.state())) {
      anchoring.request(known.state(), options.deadline());
      publisher.anchorStatusChanged(known.state().id());
      return new Written(anchoring.status(known.state()), false);
    }
    return new Written(known.state(), false);
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
              + controllerOf(metadata)
              + ": "
              + e.getMessage());
    } catch (DependencyMissingException e) {
      counters.countRefused();
      throw Refusals.missing(e);
    }
  }

  /**
   * The controller named by an init event's header or by the state, for the sentence clients know.
   */
  private static String controllerOf(Ipld.Map metadata) {
    return metadata.get("controllers").orElse(Ipld.NULL) instanceof Ipld.List controllers
            && !controllers.items().isEmpty()
            && controllers.items().get(0) instanceof Ipld.Text controller
        ? controller.value()
        : "none";
  }

  private void refuseUnlessOnTip(Optional<Resident> known, StreamId stream, Event event)
      throws StreamException {
    if (known.isPresent() && !onTip(known.get(), event.previous())) {
      throw Refusals.stale(known.get().state(), event.cid());
    }
    if (known.isEmpty() && !log.contains(stream.init())) {
      throw Refusals.unknown(stream);
    }
  }

  private static boolean onTip(Resident resident, Optional<Cid> prev) {
    return prev.equals(Optional.of(resident.state().tip()));
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
    if (!derivation.wouldBeTip(current, judged, deadline)) {
      counters.countRefused();
      throw Refusals.lost(current.state(), judged.event().event().cid());
    }
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

  /** Appends an event that applies, with its pin and its anchor request, and makes it visible. */
  private Written keep(
      Applied applied,
      Judged judged,
      Optional<EventId> order,
      int storedBefore,
      Consumer<Batch> also,
      WriteOptions options)
      throws StreamException {
    StreamId stream = applied.state().id();
    Cid tip = applied.state().tip();
    Optional<AnchorRequests.Request> request =
        options.anchor() && !Anchoring.anchored(applied.state())
            ? anchoring.prepare(stream, tip)
            : Optional.empty();
    NewEvent event = newEvent(stream, judged.event(), order.map(id -> id.withEvent(tip)), true);
    long sequence =
        append(
                List.of(event),
                batch -> {
                  also.accept(batch);
                  request.ifPresent(r -> r.write().accept(batch));
                },
                options.deadline())
            .get(0);
    request.ifPresent(r -> r.committed().run());
    StreamState state = anchoring.status(applied.state());
    Resident resident =
        Resident.of(
            new Applied(state, applied.signers()),
            sequence,
            storedBefore + 1,
            order,
            Optional.empty());
    publisher.show(resident);
    return new Written(state, true);
  }

  private NewEvent newEvent(
      StreamId stream, DecodedEvent event, Optional<EventId> order, boolean authenticated) {
    LogEntry.Kind kind =
        switch (event.event()) {
          case Event.Init init -> LogEntry.Kind.INIT;
          case Event.Data data -> LogEntry.Kind.DATA;
          case Event.Time time -> LogEntry.Kind.TIME;
        };
    Cid cid = event.event().cid();
    return new NewEvent(
        stream,
        cid,
        kind,
        order.map(id -> id.withEvent(cid)),
        authenticated,
        clock.millis(),
        event.blocks());
  }

  private List<Long> append(List<NewEvent> events, Consumer<Batch> also, Deadline deadline)
      throws StreamException {
    try {
      return log.append(events, also, deadline);
    } catch (LogBusyException e) {
      throw Refusals.busy(e);
    } catch (StoreException e) {
      throw Refusals.storage(e);
    }
  }

  private StreamException refused(Reason reason, String message) {
    counters.countRefused();
    return new StreamException(reason, message);
  }
}
