package org.kiln.imports;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Properties;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.EventId;
import org.kiln.ipld.DagCbor;
import org.sqlite.JDBC;

/** Lays down a store as a ceramic-one 0.58 does; what the tests put into it may be wrong. */
final class OneFixture implements AutoCloseable {
  private static final String SUMS =
      "ahash_0 INTEGER NOT NULL, ahash_1 INTEGER NOT NULL, ahash_2 INTEGER NOT NULL, ahash_3"
          + " INTEGER NOT NULL, ahash_4 INTEGER NOT NULL, ahash_5 INTEGER NOT NULL, ahash_6 INTEGER"
          + " NOT NULL, ahash_7 INTEGER NOT NULL";

  private final Path file;
  Connection connection;
  private long delivered;

  OneFixture(Path directory) throws SQLException {
    file = directory.resolve(OneStore.FILE);
    open();
    run("PRAGMA journal_mode = WAL");
    run(
        "CREATE TABLE ceramic_one_block (multihash BLOB NOT NULL PRIMARY KEY, bytes BLOB NOT"
            + " NULL)");
    run(
        "CREATE TABLE ceramic_one_event (order_key BLOB NOT NULL UNIQUE, "
            + SUMS
            + ", cid BLOB NOT NULL PRIMARY KEY, discovered TIMESTAMP NOT NULL DEFAULT"
            + " CURRENT_TIMESTAMP, delivered INTEGER UNIQUE, init_cid BLOB, informant TEXT,"
            + " is_time_event BOOLEAN DEFAULT FALSE)");
    run(
        "CREATE TABLE ceramic_one_event_block (event_cid BLOB NOT NULL, block_multihash BLOB NOT"
            + " NULL, codec INTEGER NOT NULL, idx INTEGER NOT NULL, root BOOL NOT NULL, PRIMARY"
            + " KEY(event_cid, block_multihash))");
    run("CREATE TABLE ceramic_one_interest (order_key BLOB NOT NULL PRIMARY KEY, " + SUMS + ")");
    run(
        "CREATE TABLE ceramic_one_version (id INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE,"
            + " last_started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)");
    run("INSERT INTO ceramic_one_version (version) VALUES ('0.58.0')");
  }

  private void open() throws SQLException {
    connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
  }

  /** Opens it anew: what was written to its schema by hand is seen then. */
  void reopen() throws SQLException {
    connection.close();
    open();
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void put(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  /** An event that was delivered, after those before. */
  void event(EventId key, Block... blocks) throws SQLException {
    event(++delivered, key.event().bytes(), key.bytes(), blocks);
  }

  /** An event that was not. */
  void undelivered(EventId key, Block... blocks) throws SQLException {
    event(null, key.event().bytes(), key.bytes(), blocks);
  }

  void event(Long place, byte[] cid, byte[] key, Block... blocks) throws SQLException {
    put(
        "INSERT INTO ceramic_one_event (order_key, ahash_0, ahash_1, ahash_2, ahash_3, ahash_4,"
            + " ahash_5, ahash_6, ahash_7, cid, delivered) VALUES (?,0,0,0,0,0,0,0,0,?,?)",
        key,
        cid,
        place);
    for (int i = 0; i < blocks.length; i++) {
      byte[] multihash = multihash(blocks[i].cid());
      put("INSERT OR IGNORE INTO ceramic_one_block VALUES (?,?)", multihash, blocks[i].data());
      put(
          "INSERT INTO ceramic_one_event_block VALUES (?,?,?,?,?)",
          cid,
          multihash,
          blocks[i].cid().codec(),
          i,
          i == blocks.length - 1);
    }
  }

  /** The bytes of a block become others. */
  void damage(Cid block, byte[] bytes) throws SQLException {
    put("UPDATE ceramic_one_block SET bytes = ? WHERE multihash = ?", bytes, multihash(block));
  }

  void lose(Cid block) throws SQLException {
    put("DELETE FROM ceramic_one_block WHERE multihash = ?", multihash(block));
  }

  /** An interest of the peer that the bytes name. */
  void interest(byte[] from, byte[] to) throws SQLException {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    for (Ipld item :
        new Ipld[] {
          new Ipld.Bytes(new byte[8]),
          new Ipld.Bytes(new byte[38]),
          Ipld.of(1),
          new Ipld.Bytes(from),
          new Ipld.Bytes(to),
          Ipld.of(0)
        }) {
      key.writeBytes(DagCbor.encode(item));
    }
    interest(key.toByteArray());
  }

  void interest(byte[] key) throws SQLException {
    put("INSERT INTO ceramic_one_interest VALUES (?,0,0,0,0,0,0,0,0)", key);
  }

  /** CIDs here are of version 1 and a codec of one byte or two. */
  private static byte[] multihash(Cid cid) {
    byte[] bytes = cid.bytes();
    return Arrays.copyOfRange(bytes, cid.codec() < 0x80 ? 2 : 3, bytes.length);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
