package org.kiln.imports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The event store of a stopped ceramic-one: SQLite, in the layout of its release 0.58. Nothing in
 * it is changed but that SQLite brings a write-ahead log that a killed process left into the file.
 * While it is open nobody else can open it. For one thread.
 */
final class OneStore implements AutoCloseable {
  /** The file in ceramic-one's store directory. */
  static final String FILE = "db.sqlite3";

  /** Of one event; the path of a time event in a tree of ten million leaves has 25 of them. */
  private static final int MOST_BLOCKS = 256;

  /** What to do about an index that does not say what its table says. */
  static final String MEND =
      "'sqlite3 " + FILE + " REINDEX' makes its indexes anew; then begin again.";

  /** SQLite's primary result codes. */
  private static final int BUSY = 5;

  private static final int LOCKED = 6;
  private static final int CORRUPT = 11;
  private static final int CANNOT_OPEN = 14;
  private static final int NO_DATABASE = 26;

  private static final Map<String, Set<String>> NEEDED =
      Map.of(
          "ceramic_one_event", Set.of("order_key", "cid", "delivered"),
          "ceramic_one_block", Set.of("multihash", "bytes"),
          "ceramic_one_event_block", Set.of("event_cid", "block_multihash"),
          "ceramic_one_interest", Set.of("order_key"));

  private final Path file;
  private final Connection connection;
  private final int longest;

  private OneStore(Path file, Connection connection, int longest) {
    this.file = file;
    this.connection = connection;
    this.longest = longest;
  }

  /**
   * Opens a store.
   *
   * @param place its directory, or the file itself
   * @param longest bytes of a block that are read at most; a longer one counts as missing
   * @throws OneStoreException when there is none, it is in use, or is not in that layout
   */
  static OneStore open(Driver sqlite, Path place, int longest) throws OneStoreException {
    Path file = Files.isDirectory(place) ? place.resolve(FILE) : place;
    if (!Files.isRegularFile(file)) {
      throw new OneStoreException(
          "There is no store of a ceramic-one in "
              + place
              + ": it has no "
              + FILE
              + ". Name the directory that its --store-dir named (~/.ceramic-one if none did).",
          null);
    }
    OneStore store = null;
    try {
      Properties settings = new Properties();
      settings.setProperty("locking_mode", "EXCLUSIVE");
      settings.setProperty("busy_timeout", "0");
      Connection connection = sqlite.connect("jdbc:sqlite:" + file.toAbsolutePath(), settings);
      store = new OneStore(file, connection, longest);
      store.execute("PRAGMA cell_size_check = ON");
      store.requireLayout();
      store.execute("PRAGMA query_only = ON");
      return store;
    } catch (SQLException e) {
      OneStoreException failure = failure(file, e);
      closeQuietly(store);
      throw failure;
    } catch (OneStoreException e) {
      closeQuietly(store);
      throw e;
    }
  }

  private static void closeQuietly(OneStore store) {
    if (store != null) {
      store.close();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void requireLayout() throws SQLException, OneStoreException {
    Set<String> missing = new TreeSet<>();
    for (Map.Entry<String, Set<String>> table : new TreeMap<>(NEEDED).entrySet()) {
      Set<String> columns = columns(table.getKey());
      if (columns.isEmpty()) {
        missing.add("table " + table.getKey());
      } else {
        for (String column : new TreeSet<>(table.getValue())) {
          if (!columns.contains(column)) {
            missing.add("column " + table.getKey() + "." + column);
          }
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new OneStoreException(
          file
              + " is not laid out as the stores of ceramic-one 0.58 are: it has no "
              + String.join(", no ", missing)
              + version().map(version -> ". It was last run by version " + version).orElse("")
              + ". Start a ceramic-one 0.58 on it once, which brings an older one forward.",
          null);
    }
  }

  private Set<String> columns(String table) throws SQLException {
    Set<String> columns = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
      while (rows.next()) {
        columns.add(rows.getString("name"));
      }
    }
    return columns;
  }

  private Optional<String> version() throws SQLException {
    if (columns("ceramic_one_version").isEmpty()) {
      return Optional.empty();
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT version FROM ceramic_one_version ORDER BY last_started_at DESC LIMIT 1")) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }

  /** How many events it holds, by the table itself: an index of it may lack some. */
  long events() throws OneStoreException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM ceramic_one_event NOT INDEXED")) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /** The smallest and the largest key of an event; none of an empty store. */
  List<byte[]> outermostKeys() throws OneStoreException {
    List<byte[]> keys = new ArrayList<>(2);
    for (String order : List.of("ASC", "DESC")) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT order_key FROM ceramic_one_event ORDER BY order_key "
                      + order
                      + " LIMIT 1")) {
        if (row.next() && row.getBytes(1) != null) {
          keys.add(row.getBytes(1));
        }
      } catch (SQLException e) {
        throw failure(file, e);
      }
    }
    return keys;
  }

  /**
   * The next events in the order in which ceramic-one delivered them: each after those it builds
   * on.
   *
   * @param after the last one; {@link OneRow#NONE} to begin
   */
  List<OneRow> delivered(OneRow after, int most) throws OneStoreException {
    return rows(
        "SELECT delivered, rowid, NULL, cid, order_key FROM ceramic_one_event"
            + " WHERE (delivered, rowid) > (?, ?) AND typeof(delivered) = 'integer'"
            + " ORDER BY delivered, rowid LIMIT ?",
        after,
        most);
  }

  /** The next of those that have no order of delivery, in the order in which they came. */
  List<OneRow> undelivered(OneRow after, int most) throws OneStoreException {
    return rows(
        "SELECT rowid, rowid, quote(delivered), cid, order_key FROM ceramic_one_event NOT INDEXED"
            + " WHERE typeof(delivered) <> 'integer' AND (rowid, rowid) > (?, ?)"
            + " ORDER BY rowid LIMIT ?",
        after,
        most);
  }

  private List<OneRow> rows(String sql, OneRow after, int most) throws OneStoreException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, after.place());
      statement.setLong(2, after.number());
      statement.setInt(3, most);
      List<OneRow> found = new ArrayList<>(most);
      OneRow last = after;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String order = rows.getString(3);
          OneRow row =
              new OneRow(
                  rows.getLong(1),
                  rows.getLong(2),
                  order == null || order.equals("NULL") ? null : order,
                  rows.getBytes(4),
                  rows.getBytes(5));
          // The same page would come for ever.
          if (!row.isAfter(last)) {
            throw new OneStoreException(
                file
                    + " is damaged: row "
                    + row.number()
                    + " of its events, at place "
                    + row.place()
                    + ", comes again or too late. What was taken so far stays. "
                    + MEND,
                null);
          }
          found.add(row);
          last = row;
        }
      }
      return found;
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /** The CID of some event with {@code from <= key < to}. */
  Optional<byte[]> anyBetween(byte[] from, byte[] to) throws OneStoreException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT cid FROM ceramic_one_event"
                + " WHERE order_key >= ? AND order_key < ? AND cid IS NOT NULL LIMIT 1")) {
      statement.setBytes(1, from);
      statement.setBytes(2, to);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  /**
   * The blocks of an event, those that are there.
   *
   * @throws DamagedRowException when the database is damaged where they lie
   */
  OneBlocks blocks(byte[] cid) throws OneStoreException, DamagedRowException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT b.multihash, CASE WHEN length(b.bytes) <= ? THEN b.bytes END"
                + " FROM ceramic_one_event_block e"
                + " JOIN ceramic_one_block b ON b.multihash = e.block_multihash"
                + " WHERE e.event_cid = ? LIMIT ?")) {
      statement.setInt(1, longest);
      statement.setBytes(2, cid);
      statement.setInt(3, MOST_BLOCKS);
      OneBlocks blocks = new OneBlocks();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          byte[] bytes = rows.getBytes(2);
          if (bytes != null) {
            blocks.add(rows.getBytes(1), bytes);
          }
        }
      }
      return blocks;
    } catch (SQLException e) {
      if (code(e) == CORRUPT) {
        throw new DamagedRowException("the database is damaged where its blocks lie");
      }
      throw failure(file, e);
    }
  }

  /** An event whose blocks cannot be read; others can. */
  static final class DamagedRowException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedRowException(String why) {
      super(why, null, false, false);
    }
  }

  /** Keys of interests, at most so many. */
  List<byte[]> interests(int most) throws OneStoreException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT order_key FROM ceramic_one_interest ORDER BY order_key LIMIT ?")) {
      statement.setInt(1, most);
      List<byte[]> keys = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getBytes(1) != null) {
            keys.add(rows.getBytes(1));
          }
        }
      }
      return keys;
    } catch (SQLException e) {
      throw failure(file, e);
    }
  }

  private static int code(SQLException e) {
    return e.getErrorCode() & 0xff;
  }

  private static OneStoreException failure(Path file, SQLException e) {
    return new OneStoreException(
        switch (code(e)) {
          case BUSY, LOCKED ->
              file
                  + " is in use: the ceramic-one that it belongs to, or another program, has it"
                  + " open. Stop that, and begin again.";
          case CORRUPT ->
              file
                  + " is damaged ("
                  + e.getMessage()
                  + "). What was taken so far stays. 'sqlite3 "
                  + FILE
                  + " .recover | sqlite3 recovered.sqlite3' saves what can be read; name that file"
                  + " to go on.";
          case NO_DATABASE -> file + " is no SQLite database.";
          case CANNOT_OPEN ->
              file
                  + " cannot be opened: this user must be able to read it, and to write to its"
                  + " directory.";
          default -> file + " cannot be read: " + e.getMessage();
        },
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was only read: nothing is lost.
    }
  }
}
