package org.kiln.kit.ipld;

import java.math.BigInteger;
import org.kiln.api.ipld.Ipld;

/** Numbers as JavaScript, which has only doubles, reads them. */
final class JsValue {
  private static final long MAX_SAFE = (1L << 53) - 1;

  private JsValue() {}

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
}
