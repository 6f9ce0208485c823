package org.kiln.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.identity.UnverifiedException;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.core.stream.StreamService.Received;
import org.kiln.ipld.event.CheckedNodes;
import org.kiln.ipld.event.DecodedEvent;

/**
 * The door for events from the network: what is authentic is kept, in one write, and applied as far
 * as it can be. What cannot be known of a stream now keeps nothing out.
 */
final class Arrivals {
  private final EventLog log;
  private final LogWriter writer;
  private final StreamCache cache;
  private final Derivation derivation;
  private final Reader reader;
  private final Judge judge;
  private final Anchoring anchoring;
  private final Publisher publisher;
  private final Waiting waiting;
  private final Counters counters;
  private final Lanes lanes;

  Arrivals(
      EventLog log,
      LogWriter writer,
      StreamCache cache,
      Derivation derivation,
      Reader reader,
      Judge judge,
      Anchoring anchoring,
      Publisher publisher,
      Waiting waiting,
      Counters counters,
      Lanes lanes) {
    this.log = log;
    this.writer = writer;
    this.cache = cache;
    this.derivation = derivation;
    this.reader = reader;
    this.judge = judge;
    this.anchoring = anchoring;
    this.publisher = publisher;
    this.waiting = waiting;
    this.counters = counters;
    this.lanes = lanes;
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
      Optional<Judged> judged,
      long epoch,
      Optional<Resident> known) {}

  /**
   * Takes events.
   *
   * @return for each event why it was refused, empty when it was not
   */
  List<Optional<StreamException>> receive(List<Received> events, Deadline deadline) {
    List<Optional<StreamException>> refusals =
        new ArrayList<>(Collections.nCopies(events.size(), Optional.empty()));
    List<Arrival> arrivals = new ArrayList<>(events.size());
    CheckedNodes checked = new CheckedNodes();
    for (int i = 0; i < events.size(); i++) {
      try {
        arrival(i, events.get(i), checked, deadline).ifPresent(arrivals::add);
      } catch (StreamException e) {
        refusals.set(i, Optional.of(e));
      }
    }
    if (!arrivals.isEmpty()) {
      try {
        take(arrivals, refusals, deadline);
      } catch (StreamException e) {
        arrivals.forEach(arrival -> refusals.set(arrival.index(), Optional.of(e)));
      }
    }
    return refusals;
  }

  /** Empty when the event is known. */
  private Optional<Arrival> arrival(
      int index, Received received, CheckedNodes checked, Deadline deadline)
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
    Optional<Resident> known =
        event.event() instanceof Event.Init ? Optional.empty() : known(stream, deadline);
    Optional<Judged> judged = Optional.empty();
    try {
      judged = Optional.of(judge.incoming(event, false, checked, deadline));
    } catch (UnverifiedException e) {
      throw refused(e.getMessage());
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
            writer.event(stream, event, order, judged.isPresent()),
            judged,
            epoch,
            known));
  }

  /** The stream as far as it can be derived now. */
  private Optional<Resident> known(StreamId stream, Deadline deadline) throws StreamException {
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
      List<Arrival> arrivals, List<Optional<StreamException>> refusals, Deadline deadline)
      throws StreamException {
    try (Lanes.Held lane =
        lanes.enterAll(arrivals.stream().map(Arrival::stream).toList(), deadline)) {
      Map<StreamId, Resident> residents = new HashMap<>();
      List<Arrival> taken = new ArrayList<>(arrivals.size());
      for (Arrival arrival : arrivals) {
        try {
          current(arrival, deadline)
              .ifPresent(resident -> residents.put(arrival.stream(), resident));
          taken.add(arrival);
        } catch (StreamException e) {
          refusals.set(arrival.index(), Optional.of(e));
        }
      }
      if (taken.isEmpty()) {
        return;
      }
      List<Long> sequences =
          writer.append(taken.stream().map(Arrival::event).toList(), batch -> {}, deadline);
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
  private Optional<Resident> current(Arrival arrival, Deadline deadline) throws StreamException {
    Resident cached = cache.get(arrival.stream());
    if (cached != null) {
      return Optional.of(cached);
    }
    // Many streams share the cache: what was found off the lane may have left it again.
    return cache.epoch(arrival.stream()) == arrival.epoch()
        ? arrival.known()
        : known(arrival.stream(), deadline);
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

  private StreamException refused(String message) {
    counters.countRefused();
    return new StreamException(Reason.INVALID, message);
  }
}
