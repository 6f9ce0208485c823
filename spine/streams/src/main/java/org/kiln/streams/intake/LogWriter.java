package org.kiln.streams.intake;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.StoredEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.read.Refusals;

/** Puts events into the log, in the words of this room. Thread-safe. */
public final class LogWriter {
  /** Of what came before its stream's first event, so many are written at once. */
  private static final int EARLY_AT_ONCE = 256;

  /** And so many bytes of blocks, which stand twice in the memory of a write. */
  private static final long EARLY_BYTES_AT_ONCE = 4 << 20;

  private final EventLog log;
  private final Clock clock;
  private final Placing objections;

  /** What keeps an event from having a place in the order of EventIds. */
  @FunctionalInterface
  public interface Placing {
    /**
     * A sentence; empty when it is to have one.
     *
     * @param init its stream's first event
     */
    Optional<String> objection(NewEvent event, NewEvent init);
  }

  /**
   * To a log.
   *
   * @param objections asked about what came before its stream's first event
   */
  public LogWriter(EventLog log, Clock clock, Placing objections) {
    this.log = log;
    this.clock = clock;
    this.objections = objections;
  }

  /**
   * The record of an event.
   *
   * @param order any of its stream's keys in the Recon order, if the stream has one
   * @param authenticated whether its signature was checked
   */
  public NewEvent event(
      StreamId stream, DecodedEvent event, Optional<EventId> order, boolean authenticated) {
    Cid cid = event.event().cid();
    return new NewEvent(
        stream,
        cid,
        event.event().kind(),
        order.map(id -> id.withEvent(cid)),
        authenticated,
        clock.millis(),
        event.blocks());
  }

  /** How an event goes into the log, when what it moves is found out afterwards. */
  public static Admission admission(NewEvent kept, DecodedEvent event, Origin origin) {
    return new Admission(kept, event.event().previous(), origin, Optional.empty());
  }

  /** The same for one that becomes its stream's tip with this write. */
  static Admission moving(
      NewEvent kept, DecodedEvent event, Origin origin, StreamChange.Kind moves) {
    return new Admission(kept, event.event().previous(), origin, Optional.of(moves));
  }

  /**
   * Appends events in one write, durable when it comes back. For who holds the locks of their
   * streams: an event knows its place in the order of EventIds by its stream's first one, so that
   * those that came before it get theirs in the same write.
   *
   * @param also what else belongs into the write
   * @return their sequence numbers
   */
  public List<Long> append(List<Admission> events, Consumer<Batch> also, Deadline deadline)
      throws StreamException {
    try {
      List<Admission> early = log.mayHold() ? withoutPlace(events, deadline) : List.of();
      if (early.isEmpty()) {
        return log.admit(events, also, deadline);
      }
      List<Admission> all = new ArrayList<>(events);
      all.addAll(early);
      return log.admit(all, also, deadline).subList(0, events.size());
    } catch (LogBusyException e) {
      throw Refusals.busy(e);
    } catch (StoreException e) {
      throw Refusals.storage(e);
    }
  }

  /**
   * What came before its stream's first event, with the place it has by that. What is too much for
   * one write is written before: places are right without the first event, and those still missing
   * are found again should it never come to that.
   */
  private List<Admission> withoutPlace(List<Admission> events, Deadline deadline)
      throws LogBusyException {
    List<Admission> early = new ArrayList<>();
    long bytes = 0;
    for (Admission admission : events) {
      NewEvent init = admission.event();
      if (init.kind() != LogEntry.Kind.INIT || init.eventId().isEmpty()) {
        continue;
      }
      long after = 0;
      for (List<StoredEvent> page = log.streamPage(init.stream(), after);
          !page.isEmpty();
          page = log.streamPage(init.stream(), after)) {
        after = page.getLast().sequence();
        for (StoredEvent stored : page) {
          if (stored.event().eventId().isEmpty()
              && objections.objection(stored.event(), init).isEmpty()) {
            early.add(Admission.of(placed(stored.event(), init.eventId().get())));
            bytes += stored.event().blocks().stream().mapToLong(Block::size).sum();
          }
          if (early.size() >= EARLY_AT_ONCE || bytes >= EARLY_BYTES_AT_ONCE) {
            log.admit(early, batch -> {}, deadline);
            early.clear();
            bytes = 0;
          }
        }
      }
    }
    return early;
  }

  /**
   * An event with its place in the order of EventIds, which that of another of its stream gives.
   */
  static NewEvent placed(NewEvent event, EventId order) {
    return new NewEvent(
        event.stream(),
        event.cid(),
        event.kind(),
        Optional.of(order.withEvent(event.cid())),
        event.authenticated(),
        event.receivedAt(),
        event.blocks());
  }
}
