package org.kiln.events.order;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.core.log.NodeTables;
import org.kiln.events.table.Varints;

/**
 * Sums of key hashes over ranges, in a tree that grows like a B-tree, laid flat in one table.
 *
 * <p>Level 1 divides all keys into ranges of at most {@value #MAX_KEYS} keys; each level above
 * divides the ranges of the level below into groups of at most {@value #MAX_CHILDREN}; the top
 * level is one range. A range is known by its lower bound, and reaches to the next bound of its
 * level; the lowest bound is empty. Bounds of a level are bounds of every level below. Where keys
 * crowd, ranges split: so it does not matter that keys begin alike for dozens of bytes.
 */
final class SumTable {
  static final int MAX_KEYS = 128;
  static final int MAX_CHILDREN = 64;
  static final byte[] LOWEST = {};

  private SumTable() {}

  /**
   * A range.
   *
   * @param bound where it begins
   * @param children how many keys (level 1) or ranges of the level below it consists of
   * @param sum the sum of its keys
   */
  record Range(byte[] bound, int children, KeySum sum) {}

  /** The number of levels. */
  static int levels(Snapshot snapshot) {
    try (Cursor cursor = snapshot.range(NodeTables.SUMS, null, null, true)) {
      return cursor.next() ? cursor.key()[0] : 0;
    }
  }

  /** The range that holds that key. */
  static Range holding(Snapshot snapshot, int level, byte[] at) {
    byte[] lowest = key(level, LOWEST);
    try (Cursor cursor = snapshot.range(NodeTables.SUMS, lowest, above(key(level, at)), true)) {
      if (!cursor.next()) {
        throw new IllegalArgumentException(
            "Level " + level + " of the range sums has no beginning");
      }
      return read(cursor);
    }
  }

  /** The ranges that begin at the bound or above it. */
  static Cursor from(Snapshot snapshot, int level, byte[] bound) {
    return snapshot.range(NodeTables.SUMS, key(level, bound), key(level + 1, LOWEST), false);
  }

  /** The ranges that begin above that key. */
  static Cursor above(Snapshot snapshot, int level, byte[] at) {
    return from(snapshot, level, above(at));
  }

  static Range read(Cursor cursor) {
    ByteBuffer in = ByteBuffer.wrap(cursor.value());
    byte[] bound = Arrays.copyOfRange(cursor.key(), 1, cursor.key().length);
    return new Range(bound, (int) Varints.read(in), KeySum.read(in));
  }

  static void write(Batch batch, int level, Range range) {
    ByteBuffer out = ByteBuffer.allocate(Varints.size(range.children) + range.sum.size());
    Varints.write(range.children, out);
    range.sum.write(out);
    batch.put(NodeTables.SUMS, key(level, range.bound), out.array());
  }

  private static byte[] key(int level, byte[] bound) {
    byte[] key = new byte[1 + bound.length];
    key[0] = (byte) level;
    System.arraycopy(bound, 0, key, 1, bound.length);
    return key;
  }

  /** The smallest key above that one. */
  private static byte[] above(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }
}
