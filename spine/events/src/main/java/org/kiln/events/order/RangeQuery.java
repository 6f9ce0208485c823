package org.kiln.events.order;

import java.util.Arrays;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.core.log.NodeTables;

/**
 * Sums the keys of any range: takes ranges of the {@link SumTable} as high up as it can, and looks
 * at single keys only at its two ends. O(log n).
 */
public final class RangeQuery {
  private final Snapshot snapshot;
  private final KeySum sum = new KeySum();

  private RangeQuery(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** The sum of the keys from the first (inclusive) to the second (exclusive). */
  public static KeySum sum(Snapshot snapshot, byte[] from, byte[] to) {
    RangeQuery query = new RangeQuery(snapshot);
    byte[] start = OrderedKeys.bound(from);
    byte[] end = OrderedKeys.bound(to);
    if (Arrays.compareUnsigned(start, end) < 0) {
      boolean open = query.isAboveAll(end);
      query.collect(SumTable.levels(snapshot), start, open ? null : end);
    }
    return query.sum;
  }

  /** Ranges at the end of their level have no upper bound to compare with. */
  private boolean isAboveAll(byte[] to) {
    try (Cursor keys = snapshot.range(NodeTables.ORDER, to, null, false)) {
      return !keys.next();
    }
  }

  private void collect(int level, byte[] from, byte[] to) {
    if (level == 0) {
      collectKeys(from, to);
      return;
    }
    SumTable.Range range = SumTable.holding(snapshot, level, from);
    try (Cursor following = SumTable.above(snapshot, level, from)) {
      while (range != null) {
        SumTable.Range next = following.next() ? SumTable.read(following) : null;
        byte[] end = next == null ? null : next.bound();
        boolean beginsInside = Arrays.compareUnsigned(from, range.bound()) <= 0;
        boolean endsInside = to == null || end != null && Arrays.compareUnsigned(end, to) <= 0;
        if (beginsInside && endsInside) {
          sum.add(range.sum());
        } else {
          collect(level - 1, beginsInside ? range.bound() : from, endsInside ? end : to);
        }
        boolean nextBegins = to == null || end != null && Arrays.compareUnsigned(end, to) < 0;
        range = nextBegins ? next : null;
      }
    }
  }

  private void collectKeys(byte[] from, byte[] to) {
    byte[] start = from.length == 0 ? null : from;
    try (Cursor keys = snapshot.range(NodeTables.ORDER, start, to, false)) {
      while (keys.next()) {
        sum.addKey(keys.key());
      }
    }
  }
}
