package org.kiln.ipld;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.kiln.api.ipld.Ipld;

/** Numbers as JavaScript, which has only doubles, reads and writes them. */
final class JsNumber {
  private static final long MAX_SAFE = (1L << 53) - 1;
  private static final MathContext ONE_DIGIT = new MathContext(1);

  private JsNumber() {}

  /** The value that a double becomes: an integer when it is a whole number in the safe range. */
  static Ipld of(double value) {
    if (value == Math.rint(value) && Math.abs(value) <= MAX_SAFE) {
      return Ipld.of((long) value);
    }
    return new Ipld.Float64(value);
  }

  /** The value that the text of a whole number becomes. */
  static Ipld of(BigInteger value) {
    return value.bitLength() <= 53 && value.abs().longValue() <= MAX_SAFE
        ? new Ipld.Int(value)
        : of(value.doubleValue());
  }

  /** The shortest text that reads back as that double, in JavaScript's form. */
  static String text(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value)));
    // Java writes at least two digits: 4.9E-324 where 5e-324 is enough.
    BigDecimal one = shortest.round(ONE_DIGIT);
    if (one.doubleValue() == Math.abs(value)) {
      shortest = one;
    }
    shortest = shortest.stripTrailingZeros();
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
}
