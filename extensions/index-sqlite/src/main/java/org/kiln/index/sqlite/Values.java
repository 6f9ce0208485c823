package org.kiln.index.sqlite;

import java.util.List;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.index.query.Rank;

/**
 * Values of JSON as SQLite compares them rightly: a rank that says of what kind they are, and the
 * value itself, which is compared with others of the same rank only.
 */
final class Values {
  /** Code points of a text that count when documents are sorted by it. */
  static final int KEY_LENGTH = IndexPlace.TEXT_LENGTH;

  private Values() {}

  /** What is bound for it: Long, Double or String. */
  static Object bound(Ipld value) {
    return switch (value) {
      case Ipld.Bool bool -> bool.value() ? 1L : 0L;
      case Ipld.Int number when number.value().bitLength() < Long.SIZE ->
          number.value().longValue();
      case Ipld.Int number -> number.value().doubleValue();
      case Ipld.Float64 number -> number.value();
      case Ipld.Text text -> text.value();
      default -> 0L;
    };
  }

  /** What is bound for its key. */
  static Object key(Ipld value) {
    return bound(value instanceof Ipld.Text text ? Ipld.of(IndexPlace.begin(text.value())) : value);
  }

  /** The other way round. */
  static Ipld read(int rank, Object value) {
    return switch (rank) {
      case Rank.NONE -> Ipld.NULL;
      case Rank.BOOLEAN -> Ipld.of(((Number) value).intValue() != 0);
      case Rank.NUMBER ->
          value instanceof Double real
              ? new Ipld.Float64(real)
              : Ipld.of(((Number) value).longValue());
      case Rank.TEXT -> Ipld.of(value.toString());
      default -> IndexPlace.OTHER;
    };
  }

  /** A member's path. In quotes a name may be anything; a bare one could be a path itself. */
  static String path(String field) {
    return "$." + quoted(field);
  }

  /** A JSON array of values of one rank. */
  static String array(List<Ipld> values) {
    StringBuilder text = new StringBuilder("[");
    for (Ipld value : values) {
      if (text.length() > 1) {
        text.append(',');
      }
      Object bound = bound(value);
      text.append(bound instanceof String string ? quoted(string) : bound.toString());
    }
    return text.append(']').toString();
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
