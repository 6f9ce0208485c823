package org.kiln.net.recon.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.net.PeerId;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.RangeHash;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.EventObjections;
import org.kiln.ipld.Car;
import org.kiln.ipld.event.EventCar;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.talk.Space;
import org.kiln.net.recon.talk.Taken;
import org.kiln.net.recon.wire.MessageLimits;
import org.kiln.net.recon.wire.ReconMessage;

/** The node's event log as a space: range hashes are the log's own. Thread-safe. */
public final class EventSpace implements Space {
  /** The protocol. */
  public static final String PROTOCOL = "/ceramic/recon/0.1.0/model";

  private final EventLog log;
  private final EventObjections objections;
  private final EventIntake intake;
  private final WantedRanges wanted;

  /**
   * Over a log.
   *
   * @param objections what speaks against handing an event on
   * @param intake what comes in goes there
   * @param wanted what the node wants, asked each time
   */
  public EventSpace(
      EventLog log, EventObjections objections, EventIntake intake, WantedRanges wanted) {
    this.log = log;
    this.objections = objections;
    this.intake = intake;
    this.wanted = wanted;
  }

  @Override
  public String protocol() {
    return PROTOCOL;
  }

  @Override
  public boolean hasTextKeys() {
    return false;
  }

  @Override
  public MessageLimits limits() {
    return MessageLimits.EVENTS;
  }

  @Override
  public List<KeyRange> interests() {
    TreeSet<KeyRange> sorted =
        new TreeSet<>(
            (a, b) -> {
              int start = a.start().compareTo(b.start());
              return start != 0 ? start : a.end().compareTo(b.end());
            });
    sorted.addAll(wanted.all());
    return sorted.stream().limit(limits().interests()).toList();
  }

  @Override
  public Optional<KeyRange> basis() {
    return Optional.of(intake.models());
  }

  @Override
  public RangeHash hash(KeyRange range) {
    return log.rangeHash(range.start().bytes(), range.end().bytes());
  }

  @Override
  public List<Key> smallest(KeyRange range, int max) {
    List<Key> found = new ArrayList<>(max);
    scan(
        range,
        key -> {
          found.add(key);
          return found.size() < max;
        });
    return found;
  }

  @Override
  public Optional<Key> at(KeyRange range, long offset) {
    return log.keyAt(range.start().bytes(), range.end().bytes(), offset)
        .map(id -> Key.of(id.bytes()));
  }

  @Override
  public boolean isFencepost(Key key) {
    return EventId.tryOf(key.bytes()).isEmpty();
  }

  @Override
  public void scan(KeyRange range, Predicate<Key> sink) {
    log.scanKeys(range.start().bytes(), range.end().bytes(), id -> sink.test(Key.of(id.bytes())));
  }

  @Override
  public Optional<byte[]> value(Key key) {
    try {
      return EventId.tryOf(key.bytes())
          .flatMap(id -> log.event(id.event()))
          .map(StoredEvent::event)
          .filter(event -> objections.toSending(event).isEmpty())
          .flatMap(EventSpace::car)
          .map(Car::write);
    } catch (StoreException e) {
      if (e.kind() != StoreException.Kind.CORRUPT) {
        throw e;
      }
      // The log has noted it; the others need not do without all the rest.
      return Optional.empty();
    }
  }

  /** The blocks are in the order of the log; ceramic-one's is the other way round. */
  private static Optional<Car> car(NewEvent event) {
    if (event.kind() != LogEntry.Kind.TIME) {
      return Optional.of(new Car(List.of(event.cid()), event.blocks().reversed()));
    }
    try {
      return Optional.of(
          EventCar.write(
              EventDecoder.decode(
                  event.cid(),
                  cid ->
                      event.blocks().stream()
                          .filter(block -> block.cid().equals(cid))
                          .findFirst())));
    } catch (CodecException | IllegalArgumentException e) {
      // A time event whose proof has not come yet: who got it like that would refuse it for ever.
      return Optional.empty();
    }
  }

  @Override
  public Taken take(List<ReconMessage.Value> values, PeerId from) {
    return intake.take(values, from);
  }

  @Override
  public long version() {
    // Grows with each event, and with each change of interests: what was the same may not be now.
    return log.lastSequence() + wanted.revision();
  }
}
