package org.kiln.streams.intake;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.streams.read.Refusals;

/** Puts events into the log, in the words of this room. Thread-safe. */
public final class LogWriter {
  private final EventLog log;
  private final Clock clock;

  public LogWriter(EventLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
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
   * Appends events in one write, durable when it comes back.
   *
   * @param also what else belongs into the write
   * @return their sequence numbers
   */
  public List<Long> append(List<Admission> events, Consumer<Batch> also, Deadline deadline)
      throws StreamException {
    try {
      return log.admit(events, also, deadline);
    } catch (LogBusyException e) {
      throw Refusals.busy(e);
    } catch (StoreException e) {
      throw Refusals.storage(e);
    }
  }
}
