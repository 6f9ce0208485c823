package org.kiln.schema;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/** A set of code points. Built by one thread; unchanging once it is {@link #finish finished}. */
final class CharSet {
  private static final int ASCII = 128;
  private static final IntPredicate[] NONE = {};
  private static final int[] NO_RANGES = {};

  static final CharSet DIGIT = new CharSet().range('0', '9').finish();
  static final CharSet WORD =
      new CharSet().range('0', '9').range('A', 'Z').range('a', 'z').range('_', '_').finish();
  static final CharSet SPACE =
      new CharSet()
          .range(0x09, 0x0d)
          .range(0x20, 0x20)
          .range(0xa0, 0xa0)
          .range(0x1680, 0x1680)
          .range(0x2000, 0x200a)
          .range(0x2028, 0x2029)
          .range(0x202f, 0x202f)
          .range(0x205f, 0x205f)
          .range(0x3000, 0x3000)
          .range(0xfeff, 0xfeff)
          .finish();
  static final CharSet NOT_LINE_END =
      new CharSet().range('\n', '\n').range('\r', '\r').range(0x2028, 0x2029).negate().finish();

  private final Ascii ascii = new Ascii();
  private final String name;

  /** Beginnings, each with its end in the lower half, in any order; null once finished. */
  private long[] building = {};

  private int count;

  /** Parts that are told apart by name, so that one named often is asked once. */
  private Map<String, IntPredicate> parts;

  /** Beginnings and ends in turn, ascending, of what is not ASCII. */
  private int[] ranges;

  private IntPredicate[] others = NONE;
  private boolean negated;

  /** The first 128 characters, one bit each. */
  private static final class Ascii {
    private long low;
    private long high;

    void set(int c) {
      if (c < 64) {
        low |= 1L << c;
      } else {
        high |= 1L << c;
      }
    }

    boolean get(int c) {
      return ((c < 64 ? low : high) >>> c & 1) != 0;
    }
  }

  CharSet() {
    this("");
  }

  private CharSet(String name) {
    this.name = name;
  }

  static CharSet of(int codePoint) {
    return new CharSet().range(codePoint, codePoint).finish();
  }

  /** What a predicate holds for; the same name means the same predicate. */
  static CharSet named(String name, IntPredicate predicate) {
    CharSet set = new CharSet(name);
    set.add(name, predicate);
    return set.finish();
  }

  CharSet range(int from, int to) {
    for (int c = from; c <= to && c < ASCII; c++) {
      ascii.set(c);
    }
    if (to >= ASCII) {
      if (count == building.length) {
        building = Arrays.copyOf(building, Math.max(2, count * 2));
      }
      building[count++] = (long) Math.max(from, ASCII) << 32 | to;
    }
    return this;
  }

  /** Adds a named set, negated or not. */
  CharSet add(CharSet other) {
    add(other.negated ? "not " + other.name : other.name, other::contains);
    return this;
  }

  private void add(String part, IntPredicate predicate) {
    if (parts == null) {
      parts = new LinkedHashMap<>();
    }
    if (parts.putIfAbsent(part, predicate) == null) {
      for (int c = 0; c < ASCII; c++) {
        if (predicate.test(c)) {
          ascii.set(c);
        }
      }
    }
  }

  CharSet negate() {
    negated = !negated;
    return this;
  }

  /** Puts the ranges in order, so that many are as quick as few. */
  CharSet finish() {
    Arrays.sort(building, 0, count);
    int[] merged = new int[2 * count];
    int length = 0;
    for (int i = 0; i < count; i++) {
      int from = (int) (building[i] >>> 32);
      int to = (int) building[i];
      if (length > 0 && from <= merged[length - 1] + 1) {
        merged[length - 1] = Math.max(merged[length - 1], to);
      } else {
        merged[length++] = from;
        merged[length++] = to;
      }
    }
    ranges = length == 0 ? NO_RANGES : Arrays.copyOf(merged, length);
    building = null;
    if (parts != null) {
      others = parts.values().toArray(IntPredicate[]::new);
      parts = null;
    }
    return this;
  }

  boolean contains(int codePoint) {
    return holds(codePoint) != negated;
  }

  /** As {@link #contains(int)}, paid for where it takes more than a look. */
  boolean contains(int codePoint, Budget budget) {
    if (codePoint >= ASCII && others.length > 0) {
      budget.spend(2L * others.length);
    }
    return contains(codePoint);
  }

  private boolean holds(int codePoint) {
    if (codePoint < ASCII) {
      return ascii.get(codePoint);
    }
    if (isWithinRanges(codePoint)) {
      return true;
    }
    for (IntPredicate other : others) {
      if (other.test(codePoint)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWithinRanges(int codePoint) {
    int low = 0;
    int high = ranges.length / 2 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (codePoint < ranges[2 * middle]) {
        high = middle - 1;
      } else if (codePoint > ranges[2 * middle + 1]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }
}
