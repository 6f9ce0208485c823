package org.kiln.schema;

import org.kiln.api.ipld.Ipld;

/** The JSON types of a value, as bits. */
final class JsonTypes {
  static final int NULL = 1;
  static final int BOOLEAN = 2;
  static final int NUMBER = 4;
  static final int INTEGER = 8;
  static final int STRING = 16;
  static final int ARRAY = 32;
  static final int OBJECT = 64;

  private static final double SAFE = 9007199254740991.0;

  private JsonTypes() {}

  /**
   * The types of a value; none for what JSON has no type for. That includes integers beyond the
   * safe range: JavaScript reads them as big integers, which are no numbers to its validator.
   */
  static int of(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> NULL;
      case Ipld.Bool ignored -> BOOLEAN;
      case Ipld.Int number -> isSafe(number) ? NUMBER | INTEGER : 0;
      case Ipld.Float64 number -> number.value() % 1 == 0 ? NUMBER | INTEGER : NUMBER;
      case Ipld.Text ignored -> STRING;
      case Ipld.List ignored -> ARRAY;
      case Ipld.Map ignored -> OBJECT;
      case Ipld.Bytes ignored -> 0;
      case Ipld.Link ignored -> 0;
    };
  }

  /** The bits of a type's name; 0 when there is no such type. */
  static int named(String name) {
    return switch (name) {
      case "null" -> NULL;
      case "boolean" -> BOOLEAN;
      case "number" -> NUMBER;
      case "integer" -> INTEGER;
      case "string" -> STRING;
      case "array" -> ARRAY;
      case "object" -> OBJECT;
      default -> 0;
    };
  }

  /** The number as JavaScript holds it; NaN when it is none. */
  static double number(Ipld value) {
    return switch (value) {
      case Ipld.Int number when isSafe(number) -> number.value().doubleValue();
      case Ipld.Float64 number -> number.value();
      default -> Double.NaN;
    };
  }

  private static boolean isSafe(Ipld.Int number) {
    return number.value().bitLength() <= 52 || Math.abs(number.value().doubleValue()) <= SAFE;
  }
}
