package org.kiln.tables;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HexFormat;
import java.util.stream.Collector;
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
   * The condition of SQL that finds the rows of just these. Of several CIDs the engine would look
   * through all, whatever the keys say; so the keys are looked for first.
   *
   * @param table of the schema of the store
   * @param key the column with the key
   * @param column the column with the CID
   * @param cids at least one
   */
  static String rows(String table, String key, String column, Collection<Cid> cids) {
    if (cids.size() == 1) {
      Cid cid = cids.iterator().next();
      return key + " = " + of(cid) + " AND " + column + " = " + bytes(cid);
    }
    return "rowid IN (SELECT rowid FROM _store."
        + table
        + " WHERE "
        + key
        + cids.stream().map(cid -> Long.toString(of(cid))).collect(among())
        + ") AND "
        + column
        + cids.stream().map(Keys::bytes).collect(among());
  }

  private static String bytes(Cid cid) {
    return "X'" + HexFormat.of().formatHex(cid.bytes()) + "'";
  }

  private static Collector<CharSequence, ?, String> among() {
    return Collectors.joining(", ", " IN (", ")");
  }
}
