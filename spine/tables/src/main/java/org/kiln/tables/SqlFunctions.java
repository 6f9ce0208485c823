package org.kiln.tables;

import java.util.HexFormat;
import java.util.function.Function;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * Functions of SQL that are written here; they take bytes as hex. What is no identifier is NULL:
 * the header of an event may say what it likes, and one such row must not refuse all others.
 */
final class SqlFunctions {
  private SqlFunctions() {}

  /** The text of a CID; null when the bytes are none, or null. */
  static String cidText(String hex) {
    return text(hex, Cid::of);
  }

  /** The text of a StreamID; null when the bytes are none, or null. */
  static String streamIdText(String hex) {
    return text(hex, StreamId::of);
  }

  private static String text(String hex, Function<byte[], Object> identifier) {
    if (hex == null) {
      // The driver was seen to hand on NULL although it is told not to.
      return null;
    }
    try {
      return identifier.apply(HexFormat.of().parseHex(hex)).toString();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
