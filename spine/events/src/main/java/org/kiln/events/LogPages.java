package org.kiln.events;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;

/** What a walk over the log reads from one snapshot. */
final class LogPages {
  static final int KEYS = 1024;

  private static final int EVENTS = 128;
  private static final long BYTES = 1 << 20;

  private LogPages() {}

  /** Of a stream's events after a sequence. */
  static List<StoredEvent> ofStream(Snapshot snapshot, byte[] streamKey, long after) {
    EventReader reader = new EventReader(snapshot);
    List<StoredEvent> page = new ArrayList<>();
    byte[] from = new Place(streamKey, after + 1).bytes();
    try (Cursor records = snapshot.range(NodeTables.EVENTS, from, Place.end(streamKey), false)) {
      long bytes = 0;
      while (page.size() < EVENTS && bytes < BYTES && records.next()) {
        long sequence = Place.read(ByteBuffer.wrap(records.key())).sequence();
        page.add(reader.event(sequence, records.value()));
        bytes += records.value().length;
      }
    }
    return page;
  }

  /** Of events after one that is not the newest. */
  static List<StoredEvent> ofAll(Snapshot snapshot, long after) {
    EventReader reader = new EventReader(snapshot);
    List<Place> places = SequenceIndex.after(snapshot, after, EVENTS);
    if (places.isEmpty()) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "The index of events ends with number " + after + ".", null);
    }
    return places.stream().map(reader::event).toList();
  }

  /** Of keys of the Recon order; the last page has fewer than {@link #KEYS}. */
  static List<byte[]> ofKeys(Snapshot snapshot, byte[] from, byte[] to) {
    List<byte[]> keys = new ArrayList<>();
    try (Cursor cursor = snapshot.range(NodeTables.ORDER, from, to, false)) {
      while (keys.size() < KEYS && cursor.next()) {
        keys.add(cursor.key());
      }
    }
    return keys;
  }
}
