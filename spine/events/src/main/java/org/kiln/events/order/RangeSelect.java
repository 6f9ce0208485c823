package org.kiln.events.order;

import java.util.Optional;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.core.log.NodeTables;

/** Finds the key with so many below it, by the counts of the {@link SumTable}. O(log n). */
final class RangeSelect {
  private RangeSelect() {}

  /** The key of the order table with that many keys before it; empty when there are fewer. */
  static Optional<byte[]> key(Snapshot snapshot, long before) {
    byte[] bound = SumTable.LOWEST;
    long left = before;
    for (int level = SumTable.levels(snapshot); level > 0; level--) {
      try (Cursor ranges = SumTable.from(snapshot, level, bound)) {
        SumTable.Range range = null;
        while (range == null && ranges.next()) {
          SumTable.Range next = SumTable.read(ranges);
          if (left < next.sum().keys()) {
            range = next;
          } else {
            left -= next.sum().keys();
          }
        }
        if (range == null) {
          return Optional.empty();
        }
        bound = range.bound();
      }
    }
    byte[] start = bound.length == 0 ? null : bound;
    try (Cursor keys = snapshot.range(NodeTables.ORDER, start, null, false)) {
      while (keys.next()) {
        if (left-- == 0) {
          return Optional.of(keys.key());
        }
      }
    }
    return Optional.empty();
  }
}
