package org.kiln.streams.intake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.CheckedNodes;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.derive.Derivation;
import org.kiln.streams.derive.EventVerifier;
import org.kiln.streams.derive.Objections;
import org.kiln.streams.derive.VerifiedEvent;
import org.kiln.streams.publish.Counters;
import org.kiln.streams.publish.PublishedTips;
import org.kiln.streams.publish.PublishedTips.Last;
import org.kiln.streams.publish.Publisher;
import org.kiln.streams.publish.StreamLocks;
import org.kiln.streams.publish.UnpublishedStreams;
import org.kiln.streams.read.Anchoring;
import org.kiln.streams.read.Reader;
import org.kiln.streams.state.DerivedState;
import org.kiln.streams.state.StreamCache;
import org.kiln.streams.waiting.Waiting;

/**
 * The door for events from the network: what is authentic is kept, in one write, and applied as far
 * as it can be. What cannot be known of a stream now keeps nothing out. A client's events that go
 * this way have the pin and the wish for a time event that others have ({@link ClientWishes}).
 */
public final class Arrivals {
  private final EventLog log;
  private final LogWriter writer;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Reader reader;
  private final EventVerifier eventVerifier;
  private final Objections objections;
  private final Publisher publisher;
  private final PublishedTips published;
  private final UnpublishedStreams unpublished;
  private final Waiting waiting;
  private final Anchoring anchoring;
  private final Counters counters;
  private final StreamLocks locks;

  public Arrivals(
      EventLog log,
      LogWriter writer,
      StreamCache cache,
      Derivation derivation,
      Reader reader,
      EventVerifier eventVerifier,
      Objections objections,
      Publisher publisher,
      PublishedTips published,
      UnpublishedStreams unpublished,
      Waiting waiting,
      Anchoring anchoring,
      Counters counters,
      StreamLocks locks) {
    this.log = log;
    this.writer = writer;
    this.cache = cache;
    this.derivation = derivation;
    this.reader = reader;
    this.eventVerifier = eventVerifier;
    this.objections = objections;
    this.publisher = publisher;
    this.published = published;
    this.unpublished = unpublished;
    this.waiting = waiting;
    this.anchoring = anchoring;
    this.counters = counters;
    this.locks = locks;
  }

  /**
   * An event on its way in, with what was found out about it without any lock.
   *
   * @param epoch of the stream's state before it was looked at
   * @param known the stream as it was then, if it could be derived
   */
  private record Arrival(
      int index,
      StreamEvent received,
      Admission event,
      Optional<VerifiedEvent> verified,
      long epoch,
      Optional<DerivedState> known) {
    StreamId stream() {
      return received.stream();
    }
  }

  /** What is known of the streams of a batch; the caller holds their locks. */
  private static final class Standing {
    private final Map<StreamId, DerivedState> residents = new HashMap<>();

    /** What was told of each before the batch; empty when only the journal can say. */
    private final Map<StreamId, Optional<Last>> last = new HashMap<>();

    /** Those that begin with the batch: none of their events was here before. */
    private final Set<StreamId> begun = new HashSet<>();

    /** Those that were derived with all events of the batch. */
    private final Set<StreamId> derived = new HashSet<>();

    /** Those that could not be, with their events. */
    private final Map<StreamId, List<Long>> failed = new HashMap<>();
  }

  /**
   * Takes events.
   *
   * @return for each event why it was refused, empty when it was not
   */
  public List<Optional<StreamException>> receive(
      List<StreamEvent> events, Origin origin, Deadline deadline) {
    List<Optional<StreamException>> refusals =
        new ArrayList<>(Collections.nCopies(events.size(), Optional.empty()));
    List<Arrival> arrivals = new ArrayList<>(events.size());
    CheckedNodes checked = new CheckedNodes();
    for (int i = 0; i < events.size(); i++) {
      try {
        arrival(i, events.get(i), origin, checked, deadline).ifPresent(arrivals::add);
      } catch (StreamException e) {
        refusals.set(i, Optional.of(e));
      }
    }
    if (!arrivals.isEmpty()) {
      try {
        take(arrivals, origin, refusals, deadline);
      } catch (StreamException e) {
        arrivals.forEach(arrival -> refusals.set(arrival.index(), Optional.of(e)));
      }
    }
    return refusals;
  }

  /** Empty when the event is known. */
  private Optional<Arrival> arrival(
      int index, StreamEvent received, Origin origin, CheckedNodes checked, Deadline deadline)
      throws StreamException {
    StreamId stream = received.stream();
    DecodedEvent event = received.event();
    Cid cid = event.event().cid();
    if (event.event() instanceof Event.Init && !cid.equals(stream.init())) {
      throw refused("Event " + cid + " is the first event of another stream");
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
      throw refused("Event " + cid + " names another stream than " + stream);
    }
    long epoch = cache.epoch(stream);
    // What begins a stream was not there before it.
    Optional<DerivedState> known =
        event.event() instanceof Event.Init ? Optional.empty() : known(stream, deadline);
    Optional<VerifiedEvent> verified = Optional.empty();
    try {
      verified = Optional.of(eventVerifier.incoming(event, false, checked, deadline));
    } catch (UnverifiedException e) {
      throw refused(e.getMessage());
    } catch (DependencyMissingException e) {
      waiting.add(e.missing(), stream);
    }
    Optional<EventId> order =
        event.event() instanceof Event.Init init
            ? derivation.order(stream, init)
            : known.isPresent() ? known.get().order() : orderInLog(stream);
    if (order.isPresent() && objections.toKeeping(received).isPresent()) {
      // Kept, but in no hash that is compared with other nodes, none of which will ever take it.
      order = Optional.empty();
    }
    return Optional.of(
        new Arrival(
            index,
            received,
            LogWriter.admission(
                writer.event(stream, event, order, verified.isPresent()), event, origin),
            verified,
            epoch,
            known));
  }

  /** The stream as far as it can be derived now. */
  private Optional<DerivedState> known(StreamId stream, Deadline deadline) throws StreamException {
    try {
      return reader.find(stream, deadline);
    } catch (StreamException e) {
      if (e.reason() == Reason.BUSY || e.reason() == Reason.STORAGE) {
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
      Origin origin,
      List<Optional<StreamException>> refusals,
      Deadline deadline)
      throws StreamException {
    try (StreamLocks.Held lock =
        locks.enterAll(arrivals.stream().map(Arrival::stream).toList(), deadline)) {
      Standing standing = new Standing();
      List<Arrival> taken = new ArrayList<>(arrivals.size());
      for (Arrival arrival : arrivals) {
        try {
          stand(arrival, standing, deadline);
          taken.add(arrival);
        } catch (StreamException e) {
          refusals.set(arrival.index(), Optional.of(e));
        }
      }
      if (taken.isEmpty()) {
        return;
      }
      Optional<ClientWishes> wishes =
          origin.equals(Origin.CLIENT)
              ? Optional.of(
                  new ClientWishes(taken.stream().map(Arrival::received).toList(), anchoring))
              : Optional.empty();
      List<Long> sequences =
          writer.append(
              placed(taken), batch -> wishes.ifPresent(some -> some.write(batch)), deadline);
      wishes.ifPresent(ClientWishes::committed);
      Publisher.Round round = publisher.round();
      int next = 0;
      try {
        for (; next < taken.size(); next++) {
          Arrival arrival = taken.get(next);
          try {
            show(arrival, sequences.get(next), origin, standing, round, deadline);
          } catch (StreamException e) {
            refusals.set(arrival.index(), Optional.of(e));
            later(arrival, sequences.get(next), standing);
          }
        }
      } finally {
        // They are in the log whatever became of this call: somebody must hear what they do.
        for (; next < taken.size(); next++) {
          later(taken.get(next), sequences.get(next), standing);
        }
        round.tell();
        standing.failed.forEach(unpublished::owe);
      }
      wishes.ifPresent(some -> some.derived(cache, deadline));
    }
  }

  /**
   * The events with their places in the order of EventIds, which their streams' first ones give:
   * one may have come with the same batch, or since the stream was looked at.
   */
  private List<Admission> placed(List<Arrival> taken) {
    Map<StreamId, NewEvent> begun = new HashMap<>();
    for (Arrival arrival : taken) {
      NewEvent event = arrival.event().event();
      if (event.eventId().isPresent() && event.kind() == LogEntry.Kind.INIT) {
        begun.put(arrival.stream(), event);
      }
    }
    return taken.stream().map(arrival -> placed(arrival, begun)).toList();
  }

  private Admission placed(Arrival arrival, Map<StreamId, NewEvent> begun) {
    Admission admission = arrival.event();
    NewEvent event = admission.event();
    if (event.eventId().isPresent()
        || event.kind() == LogEntry.Kind.INIT
        || arrival.known().isPresent()) {
      return admission;
    }
    return Optional.ofNullable(begun.get(arrival.stream()))
        .or(() -> log.event(arrival.stream().init()).map(StoredEvent::event))
        .filter(init -> objections.toPlacing(event, init).isEmpty())
        .flatMap(NewEvent::eventId)
        .map(
            order ->
                new Admission(
                    LogWriter.placed(event, order),
                    admission.previous(),
                    admission.origin(),
                    admission.moves()))
        .orElse(admission);
  }

  /** Finds out how a stream stands before the batch; the caller holds its lock. */
  private void stand(Arrival arrival, Standing standing, Deadline deadline) throws StreamException {
    StreamId stream = arrival.stream();
    if (standing.last.containsKey(stream)) {
      return;
    }
    if (begins(arrival)) {
      standing.begun.add(stream);
      standing.last.put(stream, Optional.of(Last.NOTHING));
      return;
    }
    Optional<DerivedState> current = current(arrival, deadline);
    current.ifPresent(derivedState -> standing.residents.put(stream, derivedState));
    standing.last.put(
        stream,
        current.isPresent()
            ? current.map(Last::of)
            : published.of(stream).or(() -> begun(arrival)));
  }

  /**
   * Whether a stream's first event comes before all others of it; before the write, which ends the
   * waiting of those that were here.
   */
  private boolean begins(Arrival arrival) {
    return arrival.event().event().kind() == LogEntry.Kind.INIT
        && !log.contains(arrival.stream().init())
        && !(log.mayHold() && !log.streamPage(arrival.stream(), 0).isEmpty());
  }

  /** Of a stream that begins now nothing was told. */
  private Optional<Last> begun(Arrival arrival) {
    return log.contains(arrival.stream().init()) ? Optional.empty() : Optional.of(Last.NOTHING);
  }

  private void show(
      Arrival arrival,
      long sequence,
      Origin origin,
      Standing standing,
      Publisher.Round round,
      Deadline deadline)
      throws StreamException {
    StreamId stream = arrival.stream();
    if (!standing.derived.contains(stream)) {
      DerivedState before = standing.residents.get(stream);
      Optional<DerivedState> next =
          standing.begun.remove(stream)
              ? firstState(arrival, sequence, deadline)
              : extended(before, arrival, sequence, deadline);
      if (next.isPresent()) {
        standing.residents.put(stream, next.get());
        round.extended(before == null ? Last.NOTHING : Last.of(before), next.get(), origin);
      } else {
        if (!round.refresh(stream, last(stream, standing), origin, deadline)) {
          standing.failed.putIfAbsent(stream, new ArrayList<>());
        }
        standing.derived.add(stream);
      }
    }
    if (standing.failed.containsKey(stream)) {
      later(arrival, sequence, standing);
    } else {
      round.settled(sequence);
    }
  }

  /** A stream that was extended already is told of with what it was before that. */
  private static Optional<Last> last(StreamId stream, Standing standing) {
    DerivedState before = standing.residents.get(stream);
    return before == null ? standing.last.get(stream) : Optional.of(Last.of(before));
  }

  private static void later(Arrival arrival, long sequence, Standing standing) {
    standing.failed.computeIfAbsent(arrival.stream(), id -> new ArrayList<>()).add(sequence);
  }

  /** The stream as it is; the caller holds its lock. */
  private Optional<DerivedState> current(Arrival arrival, Deadline deadline)
      throws StreamException {
    DerivedState cached = cache.get(arrival.stream());
    if (cached != null) {
      return Optional.of(cached);
    }
    // Many streams share the cache: what was found without the lock may have left it again.
    return cache.epoch(arrival.stream()) == arrival.epoch()
        ? arrival.known()
        : known(arrival.stream(), deadline);
  }

  /** Begins a stream with its first event; empty when that gives no state now. */
  private Optional<DerivedState> firstState(Arrival arrival, long sequence, Deadline deadline) {
    return arrival
        .verified()
        .flatMap(
            verified ->
                derivation.begin(
                    arrival.stream(),
                    verified,
                    sequence,
                    arrival.event().event().eventId(),
                    deadline));
  }

  /** Applies an event that simply continues the state before; empty when it does not. */
  private Optional<DerivedState> extended(
      DerivedState before, Arrival arrival, long sequence, Deadline deadline) {
    return before == null || arrival.verified().isEmpty() || before.sequence() >= sequence
        ? Optional.empty()
        : derivation.extend(before, arrival.verified().get(), sequence, deadline);
  }

  private StreamException refused(String message) {
    counters.countRefused();
    return new StreamException(Reason.INVALID, message);
  }
}
