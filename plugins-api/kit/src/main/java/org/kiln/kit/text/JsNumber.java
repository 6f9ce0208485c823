package org.kiln.kit.text;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Numbers as JavaScript writes them. The protocol compares such texts: the values a set is made for
 * stand in a stream's name as {@code String(value)} of the client that made it. Thread-safe.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-numeric-types-number-tostring">ECMA-262,
 *     Number::toString</a>
 */
public final class JsNumber {
  private static final MathContext ONE_DIGIT = new MathContext(1);

  /** Below it two doubles may lie so far apart that one digit tells them from each other. */
  private static final double COARSE = 1e-320;

  /** Whole numbers up to here are written digit by digit. */
  private static final double MAX_SAFE = 9007199254740991.0;

  private JsNumber() {}

  /**
   * What {@code String(value)} gives: the shortest text that reads back as that double, such as 1,
   * 0.1, 1e+21, 1e-7, 5e-324.
   */
  public static String text(double value) {
    if (value == Math.rint(value) && Math.abs(value) <= MAX_SAFE) {
      return Long.toString((long) value);
    }
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int count = digits.length();
    int point = count - shortest.scale();
    StringBuilder out = new StringBuilder(28);
    if (value < 0) {
      out.append('-');
    }
    if (count <= point && point <= 21) {
      out.append(digits).append("0".repeat(point - count));
    } else if (0 < point && point <= 21) {
      out.append(digits, 0, point).append('.').append(digits, point, count);
    } else if (-6 < point && point <= 0) {
      out.append("0.").append("0".repeat(-point)).append(digits);
    } else {
      int exponent = point - 1;
      out.append(digits.charAt(0));
      if (count > 1) {
        out.append('.').append(digits, 1, count);
      }
      out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
    }
    return out.toString();
  }

  /** The number of fewest digits that reads back as that double, the closest of them. */
  private static BigDecimal shortest(double size) {
    BigDecimal found = new BigDecimal(Double.toString(size));
    if (size < COARSE) {
      // Java writes at least two digits: 4.9E-324 where 5e-324 is enough.
      BigDecimal one = found.round(ONE_DIGIT);
      if (one.doubleValue() == size) {
        found = one;
      }
    }
    return found.stripTrailingZeros();
  }
}
