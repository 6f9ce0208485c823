package org.kiln.events.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.core.log.NodeTables;

/** The keys of the Recon order, in one snapshot. */
public final class OrderedKeys {
  /** The last page has fewer. */
  public static final int PAGE = 1024;

  /** No CID that can be read makes a longer EventId. */
  public static final int MAX_BYTES = 256;

  private OrderedKeys() {}

  /** The keys from one bound (inclusive) to another (exclusive), as many as are read at once. */
  public static List<byte[]> page(Snapshot snapshot, byte[] from, byte[] to) {
    List<byte[]> keys = new ArrayList<>();
    try (Cursor cursor = snapshot.range(NodeTables.ORDER, from, to, false)) {
      while (keys.size() < PAGE && cursor.next()) {
        keys.add(cursor.key());
      }
    }
    return keys;
  }

  /** The key of a range with so many keys of the range below it; empty when there are fewer. */
  public static Optional<byte[]> at(Snapshot snapshot, byte[] from, byte[] to, long offset) {
    byte[] end = bound(to);
    long below = RangeQuery.sum(snapshot, SumTable.LOWEST, from).keys();
    return RangeSelect.key(snapshot, below + Math.max(0, offset))
        .filter(key -> Arrays.compareUnsigned(key, end) < 0);
  }

  /** A bound that a caller gave. No key is that long, so what follows decides nothing. */
  public static byte[] bound(byte[] given) {
    return given.length <= MAX_BYTES ? given : Arrays.copyOf(given, MAX_BYTES + 1);
  }
}
