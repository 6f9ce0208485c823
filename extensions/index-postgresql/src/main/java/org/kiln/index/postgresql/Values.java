package org.kiln.index.postgresql;

import java.math.BigDecimal;
import java.math.MathContext;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.index.query.Rank;

/**
 * Values of JSON as three columns that compare them rightly one after the other: a rank that says
 * of what kind they are, a number, which is 0 for all but numbers and booleans, and a text, which
 * is empty for all but texts.
 */
final class Values {
  /** From there on floats are whole numbers, which their shortest text is not. */
  private static final double WHOLE = 1L << 53;

  private static final double LONG_END = 0x1p63;
  private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final MathContext ONE_DIGIT = new MathContext(1);

  private Values() {}

  static BigDecimal number(Ipld value) {
    return switch (value) {
      case Ipld.Bool bool -> bool.value() ? BigDecimal.ONE : BigDecimal.ZERO;
      case Ipld.Int number -> new BigDecimal(number.value());
      case Ipld.Float64 number -> number(number.value());
      default -> BigDecimal.ZERO;
    };
  }

  /** As JSON has it, where floats stand as their shortest text. */
  private static BigDecimal number(double value) {
    if (Math.abs(value) >= WHOLE && value >= -LONG_END && value < LONG_END) {
      return new BigDecimal(value);
    }
    BigDecimal number = new BigDecimal(Double.toString(value));
    // Java writes two digits where one would do: 4.9E-324 for 5e-324.
    BigDecimal shortest = number.round(ONE_DIGIT);
    return shortest.doubleValue() == value ? shortest : number;
  }

  static String text(Ipld value) {
    return value instanceof Ipld.Text text ? text.value() : "";
  }

  /** What a text is sorted by. */
  static String key(Ipld value) {
    return IndexPlace.begin(text(value));
  }

  /** The other way round. */
  static Ipld read(int rank, BigDecimal number, String text) {
    return switch (rank) {
      case Rank.NONE -> Ipld.NULL;
      case Rank.BOOLEAN -> Ipld.of(number.signum() != 0);
      case Rank.NUMBER -> number(number);
      case Rank.TEXT -> Ipld.of(text);
      default -> IndexPlace.OTHER;
    };
  }

  private static Ipld number(BigDecimal number) {
    boolean whole = number.stripTrailingZeros().scale() <= 0;
    return whole && number.compareTo(LEAST) >= 0 && number.compareTo(MOST) <= 0
        ? Ipld.of(number.longValueExact())
        : new Ipld.Float64(number.doubleValue());
  }
}
