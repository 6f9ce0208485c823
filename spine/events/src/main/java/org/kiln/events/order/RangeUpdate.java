package org.kiln.events.order;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.core.log.NodeTables;
import org.kiln.events.order.SumTable.Range;

/** Adds the keys of one batch to the {@link SumTable}; writes each range once. */
public final class RangeUpdate {
  private final Batch batch;

  private RangeUpdate(Batch batch) {
    this.batch = batch;
  }

  /**
   * What the level above must know of a range.
   *
   * @param at its bound, or the new key
   * @param newChildren how many ranges or keys there are more
   * @param added the sum of the new keys
   */
  private record Change(byte[] at, int newChildren, KeySum added) {}

  /**
   * Adds keys that are new.
   *
   * @param batch holds them in the order table already
   * @param added the keys and the sum of each
   */
  public static void add(Batch batch, SortedMap<byte[], KeySum> added) {
    if (!added.isEmpty()) {
      List<Change> changes = new ArrayList<>(added.size());
      added.forEach((key, sum) -> changes.add(new Change(key, 1, sum)));
      new RangeUpdate(batch).apply(changes);
    }
  }

  private void apply(List<Change> keys) {
    int top = SumTable.levels(batch);
    if (top == 0) {
      top = 1;
      SumTable.write(batch, top, new Range(SumTable.LOWEST, 0, new KeySum()));
    }
    List<Change> changes = keys;
    for (int level = 1; level <= top; level++) {
      changes = apply(level, changes);
    }
    int split = changes.getFirst().newChildren;
    while (split > 0) {
      Range all = all(top);
      top++;
      split = put(top, all);
    }
  }

  /** One range over a whole level. */
  private Range all(int level) {
    KeySum sum = new KeySum();
    int children = 0;
    try (Cursor ranges = SumTable.from(batch, level, SumTable.LOWEST)) {
      while (ranges.next()) {
        sum.add(SumTable.read(ranges).sum());
        children++;
      }
    }
    return new Range(SumTable.LOWEST, children, sum);
  }

  private List<Change> apply(int level, List<Change> changes) {
    List<Change> above = new ArrayList<>();
    int i = 0;
    while (i < changes.size()) {
      Change first = changes.get(i);
      Range range = SumTable.holding(batch, level, first.at);
      byte[] end = i + 1 < changes.size() ? nextBound(level, first.at) : null;
      KeySum added = new KeySum();
      int newChildren = 0;
      do {
        added.add(changes.get(i).added);
        newChildren += changes.get(i).newChildren;
        i++;
      } while (i < changes.size()
          && (end == null || Arrays.compareUnsigned(changes.get(i).at, end) < 0));
      range.sum().add(added);
      int split = put(level, new Range(range.bound(), range.children() + newChildren, range.sum()));
      above.add(new Change(range.bound(), split, added));
    }
    return above;
  }

  private byte[] nextBound(int level, byte[] at) {
    try (Cursor cursor = SumTable.above(batch, level, at)) {
      return cursor.next() ? SumTable.read(cursor).bound() : null;
    }
  }

  /** Writes a range, or its pieces when it is too big; answers how many ranges there are more. */
  private int put(int level, Range range) {
    int max = level == 1 ? SumTable.MAX_KEYS : SumTable.MAX_CHILDREN;
    if (range.children() <= max) {
      SumTable.write(batch, level, range);
      return 0;
    }
    int pieces = Math.max(2, range.children() / (max / 2));
    List<Range> ranges = level == 1 ? splitKeys(range, pieces) : splitRanges(level, range, pieces);
    ranges.forEach(piece -> SumTable.write(batch, level, piece));
    return pieces - 1;
  }

  private List<Range> splitKeys(Range range, int pieces) {
    List<Range> split = new ArrayList<>(pieces);
    byte[] start = range.bound().length == 0 ? null : range.bound();
    try (Cursor keys = batch.range(NodeTables.ORDER, start, null, false)) {
      byte[] bound = range.bound();
      byte[] last = null;
      for (int piece = 0; piece < pieces; piece++) {
        KeySum sum = new KeySum();
        int count = share(range, pieces, piece);
        for (int i = 0; i < count; i++) {
          step(keys);
          if (i == 0 && last != null) {
            bound = separator(last, keys.key());
          }
          last = keys.key();
          sum.addKey(last);
        }
        split.add(new Range(bound, count, sum));
      }
    }
    return split;
  }

  private List<Range> splitRanges(int level, Range range, int pieces) {
    List<Range> split = new ArrayList<>(pieces);
    try (Cursor ranges = SumTable.from(batch, level - 1, range.bound())) {
      for (int piece = 0; piece < pieces; piece++) {
        KeySum sum = new KeySum();
        byte[] bound = null;
        int count = share(range, pieces, piece);
        for (int i = 0; i < count; i++) {
          step(ranges);
          Range child = SumTable.read(ranges);
          bound = i == 0 ? child.bound() : bound;
          sum.add(child.sum());
        }
        split.add(new Range(bound, count, sum));
      }
    }
    return split;
  }

  private static int share(Range range, int pieces, int piece) {
    return range.children() / pieces + (piece < range.children() % pieces ? 1 : 0);
  }

  private static void step(Cursor cursor) {
    if (!cursor.next()) {
      throw new IllegalArgumentException("The range sums count more than there is");
    }
  }

  /** The shortest bytes that are above the lower key and not above the higher. */
  private static byte[] separator(byte[] lower, byte[] higher) {
    return Arrays.copyOf(higher, Arrays.mismatch(lower, higher) + 1);
  }
}
