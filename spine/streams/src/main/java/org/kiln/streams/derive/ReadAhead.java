package org.kiln.streams.derive;

import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a canonical log, each read when it is asked for, and with it those that lie behind
 * it in the store: a walk from the first to the last is one range scan in pieces, not a look for
 * each event. Not thread-safe.
 */
final class ReadAhead extends AbstractList<StoredEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

  private final EventLog log;
  private final StreamState state;
  private final StreamLog entries;
  private final Map<Cid, StoredEvent> ahead = new HashMap<>();
  private long after;
  private boolean ended;
  private boolean damaged;

  ReadAhead(EventLog log, StreamState state) {
    this.log = log;
    this.state = state;
    this.entries = state.log();
  }

  @Override
  public StoredEvent get(int index) {
    LogEntry entry = entries.get(index);
    StoredEvent event = ahead.remove(entry.cid());
    if (event == null && !ended) {
      read();
      event = ahead.remove(entry.cid());
    }
    return event != null ? event : alone(entry);
  }

  /** What lies elsewhere: events may have come in another order, and somebody may ask for one. */
  private StoredEvent alone(LogEntry entry) {
    StoredEvent event =
        log.event(entry.cid())
            .orElseThrow(
                () -> new IllegalStateException("Event " + entry.cid() + " is not in the log"));
    if (damaged) {
      // The next page may begin behind the damage.
      after = Math.max(after, event.sequence());
    }
    return event;
  }

  private void read() {
    ahead.clear();
    try {
      List<StoredEvent> page = log.streamPage(state.id(), after);
      damaged = false;
      ended = page.isEmpty();
      for (StoredEvent event : page) {
        after = event.sequence();
        ahead.put(event.event().cid(), event);
      }
    } catch (StoreException e) {
      // It may be an event that nobody asks for, of a branch that has lost.
      LOG.debug("Events of stream {} are read one by one: {}", state.id(), e.getMessage());
      damaged = true;
    }
  }

  @Override
  public int size() {
    return entries.size();
  }
}
