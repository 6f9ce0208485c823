package org.kiln.index.postgresql;

import java.math.BigDecimal;
import java.math.MathContext;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.ipld.Ipld;

/**
 * Values of JSON as three columns that compare them rightly one after the other: a rank that says
 * of what kind they are, a number, which is 0 for all but numbers and booleans, and a text, which
 * is empty for all but texts.
 */
final class Values {
  static final int NONE = 0;
  static final int BOOLEAN = 1;
  static final int NUMBER = 2;
  static final int TEXT = 3;
  static final int OTHER = 4;

  /** From there on floats are whole numbers, which their shortest text is not. */
  private static final double WHOLE = 1L << 53;

  private static final double LONG_END = 0x1p63;
  private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final MathContext ONE_DIGIT = new MathContext(1);

  private Values() {}

  static int rank(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> NONE;
      case Ipld.Bool ignored -> BOOLEAN;
      case Ipld.Int ignored -> NUMBER;
      case Ipld.Float64 ignored -> NUMBER;
      case Ipld.Text ignored -> TEXT;
      default -> OTHER;
    };
  }

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

  /** Whether no other value has the same key. */
  static boolean isWholeKey(Ipld value) {
    String text = text(value);
    return text.codePointCount(0, text.length()) < IndexPlace.TEXT_LENGTH;
  }

  /** The other way round. */
  static Ipld read(int rank, BigDecimal number, String text) {
    return switch (rank) {
      case NONE -> Ipld.NULL;
      case BOOLEAN -> Ipld.of(number.signum() != 0);
      case NUMBER -> number(number);
      case TEXT -> Ipld.of(text);
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
