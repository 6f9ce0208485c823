package org.kiln.streams.derive;

import java.util.AbstractList;
import java.util.HashMap;
import java.util.Map;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamLog;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.EventLog;
import org.kiln.core.log.StoredEvent;

/**
 * The events of a canonical log, each read when it is asked for, and with it those that lie behind
 * it in the store: a walk from the first to the last is one range scan in pieces, not a look for
 * each event. Not thread-safe.
 */
final class ReadAhead extends AbstractList<StoredEvent> {
  private static final int MOST_EVENTS = 32;
  private static final int MOST_BYTES = 128 << 10;

  private final EventLog log;
  private final StreamState state;
  private final StreamLog entries;
  private final Map<Cid, StoredEvent> ahead = new HashMap<>();
  private long after;
  private boolean ended;

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
    return log.event(entry.cid())
        .orElseThrow(
            () -> new IllegalStateException("Event " + entry.cid() + " is not in the log"));
  }

  private void read() {
    ahead.clear();
    ended = true;
    int[] bytes = new int[1];
    log.scanStream(
        state.id(),
        after,
        event -> {
          after = event.sequence();
          ahead.put(event.event().cid(), event);
          for (Block block : event.event().blocks()) {
            bytes[0] += block.data().length;
          }
          boolean more = ahead.size() < MOST_EVENTS && bytes[0] < MOST_BYTES;
          ended = more;
          return more;
        });
  }

  @Override
  public int size() {
    return entries.size();
  }
}
