package org.kiln.net.recon.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.InitHeader;
import org.kiln.api.stream.NetworkId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.net.Interest;
import org.kiln.core.stream.EventObjections;
import org.kiln.core.stream.StreamArrivals;
import org.kiln.core.stream.StreamEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventCar;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.talk.Taken;
import org.kiln.net.recon.wire.ReconMessage;

/**
 * Turns values into events and gives them to the door for events from the network, in the order
 * they depend on each other as far as a batch shows it. What cannot be verified yet is kept there;
 * what is wrong is refused, and remembered for a while so that it is not checked again and again.
 * What cannot be told because the log is damaged there costs the event alone: the log has noted it,
 * and who sent the event can do nothing about it. Thread-safe.
 */
public final class EventIntake {
  private static final int MODEL_TYPE = 2;
  private static final int INSTANCE_TYPE = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EventLog log;
  private final StreamArrivals arrivals;
  private final EventObjections objections;
  private final NetworkId network;
  private final KeyRange models;
  private final Refusals refusals = new Refusals();

  /**
   * To a log by its door.
   *
   * @param objections what speaks against an event before it goes there
   */
  public EventIntake(
      EventLog log, StreamArrivals arrivals, EventObjections objections, NetworkId network) {
    this.log = log;
    this.arrivals = arrivals;
    this.objections = objections;
    this.network = network;
    this.models = WantedRanges.of(network, Interest.of(StreamId.MODEL));
  }

  /** An event and the key it came by. */
  private record Arrival(Key key, EventId id, DecodedEvent event) {
    Cid cid() {
      return id.event();
    }
  }

  /** A key that is none, or not that of the event that came by it, whatever else comes by it. */
  private static final class BadKeyException extends Exception {
    private static final long serialVersionUID = 1L;

    BadKeyException(String message) {
      super(message, null, false, false);
    }
  }

  /** A value that is none, or not that of its key. */
  private static final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String message) {
      super(message, null, false, false);
    }
  }

  /** Where the keys of models lie. */
  KeyRange models() {
    return models;
  }

  /** Takes values; comes back when what is good of them is on the disk. */
  Taken take(List<ReconMessage.Value> values, PeerId from) {
    Taken taken = Taken.NOTHING;
    Map<Cid, Arrival> arrived = new LinkedHashMap<>();
    for (ReconMessage.Value value : values) {
      if (refusals.hold(value)) {
        // Counted when it came first: who holds one that is bad sends it for ever.
        continue;
      }
      try {
        decode(value).ifPresent(arrival -> arrived.put(arrival.cid(), arrival));
      } catch (BadKeyException e) {
        taken = taken.plus(refuse(value.key(), e.getMessage()));
      } catch (BadValueException e) {
        refusals.add(value);
        taken = taken.plus(bad(e.getMessage()));
      } catch (StoreException e) {
        requireDamage(e);
      }
    }
    List<Arrival> placed = new ArrayList<>(arrived.size());
    List<StreamEvent> events = new ArrayList<>(arrived.size());
    for (Arrival arrival : inOrder(arrived)) {
      try {
        StreamEvent event = new StreamEvent(stream(arrival, arrived), arrival.event());
        Optional<String> objection = objections.toKeeping(event);
        if (objection.isPresent()) {
          taken = taken.plus(refuse(arrival.key(), objection.get()));
        } else {
          events.add(event);
          placed.add(arrival);
        }
      } catch (BadKeyException e) {
        taken = taken.plus(refuse(arrival.key(), e.getMessage()));
      } catch (StoreException e) {
        requireDamage(e);
      }
    }
    return taken.plus(receive(placed, events, from));
  }

  private static void requireDamage(StoreException e) {
    if (e.kind() != StoreException.Kind.CORRUPT) {
      throw e;
    }
  }

  private Taken receive(List<Arrival> arrived, List<StreamEvent> events, PeerId from) {
    if (events.isEmpty()) {
      return Taken.NOTHING;
    }
    try {
      return received(
          arrived,
          arrivals.receive(events, new Origin.Peer(from.toString()), Deadline.in(PATIENCE)));
    } catch (StoreException e) {
      requireDamage(e);
    }
    Taken taken = Taken.NOTHING;
    if (events.size() > 1) {
      // Some of them need what is damaged: only by itself does each show whether it does.
      for (int i = 0; i < events.size(); i++) {
        taken = taken.plus(receive(arrived.subList(i, i + 1), events.subList(i, i + 1), from));
      }
    }
    return taken;
  }

  private Taken received(List<Arrival> arrived, List<Optional<StreamException>> refused) {
    Taken taken = Taken.NOTHING;
    for (int i = 0; i < refused.size(); i++) {
      Optional<StreamException> refusal = refused.get(i);
      if (refusal.isEmpty()) {
        taken = taken.plus(new Taken(1, 0, Optional.empty()));
      } else if (refusal.get().reason() == Reason.INVALID) {
        // By then its blocks are those its CID names: no other value of the key is better.
        taken = taken.plus(refuse(arrived.get(i).key(), refusal.get().getMessage()));
      }
      // Any other is no fault of the event, which will be sent again.
    }
    return taken;
  }

  /** Refuses a key whatever comes with it. */
  private Taken refuse(Key key, String why) {
    refusals.add(key);
    return bad(why);
  }

  private static Taken bad(String why) {
    return new Taken(0, 1, Optional.of(why));
  }

  /** Empty when the event is here. */
  private Optional<Arrival> decode(ReconMessage.Value value)
      throws BadKeyException, BadValueException {
    EventId id =
        EventId.tryOf(value.key().bytes())
            .orElseThrow(() -> new BadKeyException("Key " + value.key() + " is no EventId"));
    if (id.network() != network.number()) {
      throw new BadKeyException("Event " + id.event() + " is of another network");
    }
    if (log.contains(id.event())) {
      return Optional.empty();
    }
    DecodedEvent event;
    try {
      event = EventCar.read(value.value());
    } catch (CodecException e) {
      throw new BadValueException("Event " + id.event() + ": " + e.getMessage());
    }
    Cid cid = event.event().cid();
    if (!cid.equals(id.event())) {
      throw new BadValueException("The key is of event " + id.event() + ", the value is " + cid);
    }
    return Optional.of(new Arrival(value.key(), id, event));
  }

  /** Each event after those of the batch that it builds on: keys are in the order of hashes. */
  private static List<Arrival> inOrder(Map<Cid, Arrival> arrived) {
    List<Arrival> ordered = new ArrayList<>(arrived.size());
    Map<Cid, Arrival> left = new HashMap<>(arrived);
    for (Arrival arrival : arrived.values()) {
      List<Arrival> way = new ArrayList<>();
      Optional<Cid> at = Optional.of(arrival.cid());
      while (at.isPresent()) {
        Arrival next = left.remove(at.get());
        if (next == null) {
          break;
        }
        way.add(next);
        at = next.event().event().previous();
      }
      ordered.addAll(way.reversed());
    }
    return ordered;
  }

  /** The stream an event belongs to, by what is known of its first one; the key must agree. */
  private StreamId stream(Arrival arrival, Map<Cid, Arrival> arrived) throws BadKeyException {
    if (arrival.event().event() instanceof Event.Init init) {
      requireKey(arrival, InitHeader.of(init).order(network, init.cid()));
      return StreamId.of(typeOf(arrival), init.cid());
    }
    Cid first =
        named(arrival.event().event())
            .orElseThrow(() -> new BadKeyException("Event " + arrival.cid() + " names no stream"));
    Optional<StoredEvent> known = log.event(first);
    if (known.isPresent()) {
      requireKey(arrival, known.get().event().eventId());
      return known.get().event().stream();
    }
    Arrival begun = arrived.get(first);
    if (begun != null && begun.event().event() instanceof Event.Init init) {
      requireKey(arrival, InitHeader.of(init).order(network, init.cid()));
    }
    return StreamId.of(typeOf(arrival), first);
  }

  private static Optional<Cid> named(Event event) {
    return switch (event) {
      case Event.Init init -> Optional.of(init.cid());
      case Event.Data data -> data.id();
      case Event.Time time -> time.id();
    };
  }

  /** The streams of this order are models and their instances. */
  private int typeOf(Arrival arrival) {
    return models.contains(arrival.key()) ? MODEL_TYPE : INSTANCE_TYPE;
  }

  /** A key that says another model, controller or stream than the event would be sent for ever. */
  private static void requireKey(Arrival arrival, Optional<EventId> order) throws BadKeyException {
    if (order.isEmpty()) {
      throw new BadKeyException("Event " + arrival.cid() + " has no place among EventIds");
    }
    if (!order.get().withEvent(arrival.cid()).equals(arrival.id())) {
      throw new BadKeyException("The key of event " + arrival.cid() + " is not that of its stream");
    }
  }
}
