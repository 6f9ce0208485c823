package org.kiln.kit.index.query;

import org.kiln.api.index.IndexPlace;
import org.kiln.api.ipld.Ipld;

/** Of what kind a value of JSON is, in the order in which documents are sorted by it. */
public final class Rank {
  /** There is none, or it is null. */
  public static final int NONE = 0;

  /** A boolean. */
  public static final int BOOLEAN = 1;

  /** A number. */
  public static final int NUMBER = 2;

  /** A text. */
  public static final int TEXT = 3;

  /** A list or a map: all are the same to a sort. */
  public static final int OTHER = 4;

  private Rank() {}

  /** That of a value. */
  public static int of(Ipld value) {
    return switch (value) {
      case Ipld.Null ignored -> NONE;
      case Ipld.Bool ignored -> BOOLEAN;
      case Ipld.Int ignored -> NUMBER;
      case Ipld.Float64 ignored -> NUMBER;
      case Ipld.Text ignored -> TEXT;
      default -> OTHER;
    };
  }

  /** Whether no other value is sorted by the same key: long texts are by their begin. */
  static boolean isWholeKey(Ipld value) {
    return !(value instanceof Ipld.Text text)
        || text.value().codePointCount(0, text.value().length()) < IndexPlace.TEXT_LENGTH;
  }
}
