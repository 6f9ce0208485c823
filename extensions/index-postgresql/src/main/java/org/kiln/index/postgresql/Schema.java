package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.kit.index.sql.ModelRows;
import org.kiln.kit.index.sql.NodeRows;
import org.kiln.kit.index.sql.Tables;

/** The tables, and how older ones become today's. */
final class Schema {
  /** As SQL of this database names and fills them. */
  static final Tables TABLES = new Tables("kiln_", "least", "greatest", "?::jsonb", true);

  static final ModelRows MODELS = new ModelRows(TABLES, FieldIndexes::agree);

  /** What the index knows of itself. */
  static final NodeRows NODE = new NodeRows(TABLES);

  /** Characters of a controller that are indexed: an index takes no entry of any length. */
  static final int CONTROLLER = 256;

  private static final String COUNT = "schema";
  private static final String NETWORK = "network";

  /** What each version adds to the one before; {@value #COUNT} counts them. */
  private static final List<List<String>> STEPS =
      List.of(
          List.of(
              """
              CREATE TABLE kiln_models (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                stream bytea NOT NULL UNIQUE, active boolean NOT NULL, filled bigint NOT NULL,
                fill_until bigint NOT NULL)\
              """,
              """
              CREATE TABLE kiln_model_interfaces (
                model bigint NOT NULL, ordinal integer NOT NULL, stream bytea NOT NULL,
                PRIMARY KEY (model, ordinal))\
              """,
              """
              CREATE TABLE kiln_model_indices (
                model bigint NOT NULL, ordinal integer NOT NULL, field integer NOT NULL,
                depth integer NOT NULL, name text NOT NULL,
                PRIMARY KEY (model, ordinal, field, depth))\
              """,
              """
              CREATE TABLE kiln_documents (
                stream bytea PRIMARY KEY, model bigint NOT NULL,
                controller text COLLATE "C" NOT NULL, tip bytea NOT NULL, created bigint NOT NULL,
                shown boolean NOT NULL, content jsonb NOT NULL)\
              """,
              """
              CREATE INDEX kiln_documents_created
                ON kiln_documents (model, created, stream) WHERE shown\
              """,
              """
              CREATE INDEX kiln_documents_controller
                ON kiln_documents (model, left(controller, %d), created, stream) WHERE shown\
              """
                  .formatted(CONTROLLER),
              """
              CREATE TABLE kiln_owed (
                stream bytea PRIMARY KEY, created bigint NOT NULL, tried integer NOT NULL)\
              """,
              "CREATE INDEX kiln_owed_tried ON kiln_owed (tried, created, stream)"));

  /** Today's. */
  static final int VERSION = STEPS.size();

  /** All that {@link #STEPS} make, and where they are counted. */
  private static final String EMPTY =
      "TRUNCATE kiln_node, kiln_models, kiln_model_interfaces, kiln_model_indices, kiln_documents,"
          + " kiln_owed";

  private Schema() {}

  /**
   * Makes the tables, or sees that they are of this network and brings them forward; in the
   * caller's transaction.
   */
  static void prepare(Connection connection, String network) throws SQLException {
    if (isThere(connection)) {
      bringForward(connection, version(connection, network));
      return;
    }
    // With the rest it comes or does not: who may not make tables hears why.
    Sessions.execute(
        connection, "CREATE TABLE kiln_node (name text PRIMARY KEY, value text NOT NULL)");
    bringForward(connection, 0);
    NODE.put(connection, NETWORK, network);
  }

  /**
   * Forgets every row, whatever state the tables are in, and brings them forward; in the caller's
   * transaction.
   *
   * @param version which they are of
   */
  static void empty(Connection connection, String network, int version) throws SQLException {
    Sessions.execute(connection, EMPTY);
    NODE.put(connection, COUNT, Integer.toString(version));
    NODE.put(connection, NETWORK, network);
    bringForward(connection, version);
  }

  /**
   * The version of the tables there are.
   *
   * @throws IndexException when it is a newer one, or they are of another network; CORRUPT when
   *     they do not say so
   */
  static int version(Connection connection, String network) throws SQLException {
    int version = Integer.parseInt(said(connection, COUNT));
    if (version > VERSION) {
      throw new IndexException(
          Kind.NEWER,
          "The index was written by a newer version (its schema is %d, this one knows %d): go back to that version, or drop the tables kiln_*: they are made anew, and the models must be named again"
              .formatted(version, VERSION),
          null);
    }
    String known = said(connection, NETWORK);
    if (!known.equals(network)) {
      throw new IndexException(
          Kind.OTHER_NETWORK,
          "The index is of the network "
              + known
              + ", but the current network is "
              + network
              + ": give each network an index of its own",
          null);
    }
    return version;
  }

  /** What was put when the tables were made. */
  private static String said(Connection connection, String name) throws SQLException {
    return NODE.value(connection, name)
        .orElseThrow(
            () ->
                new IndexException(
                    Kind.CORRUPT, "The index has lost what kiln_node said of its " + name, null));
  }

  private static void bringForward(Connection connection, int version) throws SQLException {
    for (int step = version; step < VERSION; step++) {
      for (String sql : STEPS.get(step)) {
        Sessions.execute(connection, sql);
      }
    }
    if (version < VERSION) {
      NODE.put(connection, COUNT, Integer.toString(VERSION));
    }
  }

  /** Whether there are any. */
  static boolean isThere(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT 1 FROM pg_tables WHERE schemaname = current_schema()"
                    + " AND tablename = 'kiln_node'")) {
      return row.next();
    }
  }
}
