package org.kiln.tables;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.kiln.api.ipld.Cid;

/**
 * Eight bytes of a CID, kept in a column beside it: looking through numbers costs a fraction of
 * looking through CIDs, all of which begin alike. Two CIDs may share a key.
 */
final class Keys {
  private Keys() {}

  static long of(Cid cid) {
    byte[] bytes = cid.bytes();
    byte[] last = new byte[Long.BYTES];
    int many = Math.min(last.length, bytes.length);
    System.arraycopy(bytes, bytes.length - many, last, last.length - many, many);
    return ByteBuffer.wrap(last).getLong();
  }

  /**
   * The condition of SQL that finds just these.
   *
   * @param key the column with the key
   * @param column the column with the CID
   * @param cids at least one
   */
  static String in(String key, String column, Collection<Cid> cids) {
    return key
        + cids.stream().map(cid -> Long.toString(of(cid))).collect(among())
        + " AND "
        + column
        + cids.stream()
            .map(cid -> "X'" + HexFormat.of().formatHex(cid.bytes()) + "'")
            .collect(among());
  }

  private static java.util.stream.Collector<CharSequence, ?, String> among() {
    return Collectors.joining(", ", " IN (", ")");
  }
}
