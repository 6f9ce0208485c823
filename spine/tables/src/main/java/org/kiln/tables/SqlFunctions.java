package org.kiln.tables;

import java.util.HexFormat;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * Functions of SQL that are written here; they take bytes as hex. Of NULL, which the driver was
 * seen to hand on although it is told not to, comes NULL.
 */
final class SqlFunctions {
  private SqlFunctions() {}

  /**
   * The text of a CID. What columns have of them are some.
   *
   * @throws IllegalArgumentException when the bytes are none, as ceramic-one refuses them
   */
  static String cidText(String hex) {
    return hex == null ? null : Cid.of(HexFormat.of().parseHex(hex)).toString();
  }

  /**
   * The text of a StreamID; null when the bytes are none. The header of an event may say what it
   * likes, and one such row must not refuse all others.
   */
  static String streamIdText(String hex) {
    if (hex == null) {
      return null;
    }
    try {
      return StreamId.of(HexFormat.of().parseHex(hex)).toString();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
