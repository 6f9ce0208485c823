package org.kiln.tables;

import java.util.HexFormat;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/** Functions of SQL that are written here; they take bytes as hex. */
final class SqlFunctions {
  private SqlFunctions() {}

  /**
   * The text of a CID.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  static String cidText(String hex) {
    return Cid.of(HexFormat.of().parseHex(hex)).toString();
  }

  /**
   * The text of a StreamID.
   *
   * @throws IllegalArgumentException when the bytes are none
   */
  static String streamIdText(String hex) {
    return StreamId.of(HexFormat.of().parseHex(hex)).toString();
  }
}
