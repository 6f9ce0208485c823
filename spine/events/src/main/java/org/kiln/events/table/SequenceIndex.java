package org.kiln.events.table;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeTables;

/**
 * From sequences to places: runs of stream keys, so that a batch costs one entry and not hundreds.
 */
public final class SequenceIndex {
  static final int MAX_RUN = 256;

  private SequenceIndex() {}

  /** Adds the events that follow the newest one. */
  public static void append(Batch batch, long firstSequence, List<byte[]> streamKeys) {
    for (int start = 0; start < streamKeys.size(); start += MAX_RUN) {
      List<byte[]> run = streamKeys.subList(start, Math.min(start + MAX_RUN, streamKeys.size()));
      ByteBuffer value = ByteBuffer.allocate(run.size() * Place.STREAM_KEY_BYTES);
      run.forEach(value::put);
      batch.put(NodeTables.SEQUENCE, key(firstSequence + start), value.array());
    }
  }

  /** The newest sequence, 0 when there is none. */
  public static long last(Snapshot snapshot) {
    try (Cursor runs = snapshot.range(NodeTables.SEQUENCE, null, null, true)) {
      return runs.next() ? first(runs) + length(runs) - 1 : 0;
    }
  }

  /**
   * The places of the events after that one, in order, up to a number of them.
   *
   * @throws StoreException CORRUPT when one between them is missing: numbers have no gaps
   */
  public static List<Place> after(Snapshot snapshot, long sequence, int limit) {
    List<Place> places = new ArrayList<>();
    byte[] start;
    try (Cursor before = snapshot.range(NodeTables.SEQUENCE, null, key(sequence + 2), true)) {
      start = before.next() ? before.key() : null;
    }
    try (Cursor runs = snapshot.range(NodeTables.SEQUENCE, start, null, false)) {
      while (places.size() < limit && runs.next()) {
        long first = first(runs);
        int skip = (int) Math.max(0, Math.min(sequence + 1 - first, length(runs)));
        for (int i = skip; i < length(runs) && places.size() < limit; i++) {
          if (first + i != sequence + 1 + places.size()) {
            throw missing(sequence + 1 + places.size());
          }
          int at = i * Place.STREAM_KEY_BYTES;
          places.add(
              new Place(
                  Arrays.copyOfRange(runs.value(), at, at + Place.STREAM_KEY_BYTES), first + i));
        }
      }
    }
    return places;
  }

  private static StoreException missing(long sequence) {
    return new StoreException(
        StoreException.Kind.CORRUPT, "The index of events lacks number " + sequence + ".", null);
  }

  private static long first(Cursor run) {
    return ByteBuffer.wrap(run.key()).getLong();
  }

  private static int length(Cursor run) {
    return run.value().length / Place.STREAM_KEY_BYTES;
  }

  private static byte[] key(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }
}
