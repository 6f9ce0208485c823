package org.kiln.events.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;

/** What a walk over the log reads from one snapshot. */
public final class LogPages {
  private static final int EVENTS = 128;

  /** Of one stream: small, since some walk for a reader who is slow and hold a page for him. */
  private static final int STREAM_EVENTS = 32;

  private static final long STREAM_BYTES = 128 << 10;

  /**
   * A piece of a walk.
   *
   * @param last whether nothing followed when it was read
   */
  public record Page(List<StoredEvent> events, boolean last) {}

  private LogPages() {}

  /** Of a stream's events after a sequence. */
  public static Page ofStream(Snapshot snapshot, byte[] streamKey, long after) {
    EventReader reader = new EventReader(snapshot);
    List<StoredEvent> page = new ArrayList<>();
    byte[] from = new Place(streamKey, after + 1).bytes();
    try (Cursor records = snapshot.range(NodeTables.EVENTS, from, Place.end(streamKey), false)) {
      long bytes = 0;
      while (page.size() < STREAM_EVENTS && bytes < STREAM_BYTES) {
        if (!records.next()) {
          return new Page(page, true);
        }
        long sequence = Place.read(ByteBuffer.wrap(records.key())).sequence();
        page.add(reader.event(sequence, records.value()));
        bytes += records.value().length;
      }
    }
    return new Page(page, false);
  }

  /** Of events after one that is not the newest. */
  public static Page ofAll(Snapshot snapshot, long after) {
    EventReader reader = new EventReader(snapshot);
    List<Place> places = SequenceIndex.after(snapshot, after, EVENTS);
    if (places.isEmpty()) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "The index of events ends with number " + after + ".", null);
    }
    return new Page(places.stream().map(reader::event).toList(), false);
  }
}
