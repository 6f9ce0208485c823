package org.kiln.index.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.kit.index.sql.ModelRows;
import org.kiln.kit.index.sql.NodeRows;
import org.kiln.kit.index.sql.Tables;

/** The tables, and how older ones become today's. */
final class Schema {
  /** As SQL of this database names and fills them. */
  static final Tables TABLES = new Tables("", "min", "max", "?", false);

  static final ModelRows MODELS = new ModelRows(TABLES, FieldIndexes::agree);

  /** What the index knows of itself. */
  static final NodeRows NODE = new NodeRows(TABLES);

  /** What each version adds to the one before; the file's {@code user_version} counts them. */
  private static final List<List<String>> STEPS =
      List.of(
          List.of(
              "CREATE TABLE node (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
              """
              CREATE TABLE models (
                id INTEGER PRIMARY KEY, stream BLOB NOT NULL UNIQUE, active INTEGER NOT NULL,
                filled INTEGER NOT NULL, fill_until INTEGER NOT NULL)\
              """,
              """
              CREATE TABLE model_interfaces (
                model INTEGER NOT NULL, ordinal INTEGER NOT NULL, stream BLOB NOT NULL,
                PRIMARY KEY (model, ordinal)) WITHOUT ROWID\
              """,
              """
              CREATE TABLE model_indices (
                model INTEGER NOT NULL, ordinal INTEGER NOT NULL, field INTEGER NOT NULL,
                depth INTEGER NOT NULL, name TEXT NOT NULL,
                PRIMARY KEY (model, ordinal, field, depth)) WITHOUT ROWID\
              """,
              """
              CREATE TABLE documents (
                stream BLOB NOT NULL UNIQUE, model INTEGER NOT NULL, controller TEXT NOT NULL,
                tip BLOB NOT NULL, created INTEGER NOT NULL, shown INTEGER NOT NULL,
                content TEXT NOT NULL)\
              """,
              "CREATE INDEX documents_created ON documents (model, shown, created, stream)",
              """
              CREATE INDEX documents_controller
                ON documents (model, shown, controller, created, stream)\
              """,
              "CREATE TABLE owed (stream BLOB PRIMARY KEY, created INTEGER NOT NULL) WITHOUT"
                  + " ROWID"),
          List.of(
              "ALTER TABLE owed ADD COLUMN tried INTEGER NOT NULL DEFAULT 0",
              "CREATE INDEX owed_tried ON owed (tried, created, stream)",
              "CREATE TABLE fields (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"));

  private Schema() {}

  /**
   * Makes the tables, or sees that they are of this network and brings them forward; in the
   * caller's transaction.
   */
  static void prepare(Connection connection, String network) throws SQLException {
    int version = version(connection);
    if (version > STEPS.size()) {
      throw new IndexException(
          Kind.NEWER,
          "The index was written by a newer version (its schema is %d, this one knows %d): go back to that version, or stop the node and run 'kiln rebuild --index'"
              .formatted(version, STEPS.size()),
          null);
    }
    for (int step = version; step < STEPS.size(); step++) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : STEPS.get(step)) {
          statement.execute(sql);
        }
        statement.execute("PRAGMA user_version = " + (step + 1));
      }
    }
    Optional<String> known = NODE.value(connection, "network");
    if (known.isEmpty()) {
      NODE.put(connection, "network", network);
    } else if (!known.get().equals(network)) {
      throw new IndexException(
          Kind.OTHER_NETWORK,
          "The index is of the network "
              + known.get()
              + ", but the current network is "
              + network
              + ": give each network an index of its own",
          null);
    }
  }

  private static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA user_version")) {
      return rows.getInt(1);
    }
  }
}
