package org.kiln.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** A set of code points. */
final class CharSet {
  private static final int ASCII = 128;

  static final CharSet DIGIT = new CharSet().range('0', '9');
  static final CharSet WORD =
      new CharSet().range('0', '9').range('A', 'Z').range('a', 'z').range('_', '_');
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
          .range(0xfeff, 0xfeff);
  static final CharSet NOT_LINE_END =
      new CharSet().range('\n', '\n').range('\r', '\r').range(0x2028, 0x2029).negate();

  private final boolean[] ascii = new boolean[ASCII];
  private final List<int[]> ranges = new ArrayList<>(1);
  private final List<IntPredicate> others = new ArrayList<>(0);
  private boolean negated;

  static CharSet of(int codePoint) {
    return new CharSet().range(codePoint, codePoint);
  }

  CharSet range(int from, int to) {
    for (int c = from; c <= to && c < ASCII; c++) {
      ascii[c] = true;
    }
    if (to >= ASCII) {
      ranges.add(new int[] {Math.max(from, ASCII), to});
    }
    return this;
  }

  CharSet add(IntPredicate other) {
    for (int c = 0; c < ASCII; c++) {
      ascii[c] |= other.test(c);
    }
    others.add(other);
    return this;
  }

  CharSet negate() {
    negated = !negated;
    return this;
  }

  boolean contains(int codePoint) {
    return holds(codePoint) != negated;
  }

  private boolean holds(int codePoint) {
    if (codePoint < ASCII) {
      return ascii[codePoint];
    }
    for (int[] range : ranges) {
      if (codePoint >= range[0] && codePoint <= range[1]) {
        return true;
      }
    }
    for (IntPredicate other : others) {
      if (other.test(codePoint)) {
        return true;
      }
    }
    return false;
  }
}
