package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.plugin.Deadline;

/**
 * Keeps a schema to the one session that writes: two nodes that write one index would each make it
 * wrong for the other. The server holds the lock for as long as it believes in the session, which
 * may be long after this side has lost it. For one thread at a time.
 */
final class Claim {
  /** Together with the schema it names one index. */
  private static final int LOCK = 0x6b696c6e;

  /** A session that was just closed, or ended, lets go a little later. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Between two tries. */
  private static final String PAUSE_SECONDS = "0.1";

  /** For an answer: who asks for the lock makes others wait. */
  private static final int ANSWER_MS = 10_000;

  /** The server finds out within a minute that nobody is there, and limits nothing else. */
  private static final String SETTINGS =
      """
      SET tcp_keepalives_idle TO 30; SET tcp_keepalives_interval TO 10;
      SET tcp_keepalives_count TO 3; SET tcp_user_timeout TO 60000; SET statement_timeout TO 0\
      """;

  private int process;
  private Timestamp since;

  /** Makes a new session the one that writes, in the place of the last one of this node. */
  void take(Connection connection) throws SQLException {
    int usual = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
    Sessions.execute(connection, SETTINGS);
    check(connection);
    endLast(connection);
    lock(connection);
    remember(connection);
    connection.setNetworkTimeout(Runnable::run, usual);
  }

  private static void check(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("SELECT current_schema(), getdatabaseencoding()");
        ResultSet row = select.executeQuery()) {
      row.next();
      if (row.getString(1) == null) {
        throw new IndexException(
            Kind.UNAVAILABLE, "The schema that index.url names is not there", null);
      }
      if (!"UTF8".equals(row.getString(2))) {
        throw new IndexException(
            Kind.UNAVAILABLE,
            "The database is encoded in " + row.getString(2) + ", the index needs UTF8",
            null);
      }
    }
  }

  /** Numbers of processes come again: the time tells whether it is still the same. */
  private void endLast(Connection connection) throws SQLException {
    if (since == null) {
      return;
    }
    try (PreparedStatement end =
        connection.prepareStatement(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE pid = ? AND backend_start = ?")) {
      end.setInt(1, process);
      end.setTimestamp(2, since);
      end.executeQuery().close();
    }
  }

  private static void lock(Connection connection) throws SQLException {
    Deadline deadline = Deadline.in(PATIENCE);
    while (!tryLock(connection)) {
      if (deadline.expired()) {
        throw new IndexException(
            Kind.UNAVAILABLE,
            "Another node writes to this index: give each node a database or schema of its own",
            null);
      }
      Sessions.execute(connection, "SELECT pg_sleep(" + PAUSE_SECONDS + ")");
    }
  }

  private static boolean tryLock(Connection connection) throws SQLException {
    try (PreparedStatement claim =
        connection.prepareStatement("SELECT pg_try_advisory_lock(?, hashtext(current_schema()))")) {
      claim.setInt(1, LOCK);
      try (ResultSet row = claim.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void remember(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()");
        ResultSet row = select.executeQuery()) {
      if (row.next()) {
        process = row.getInt(1);
        since = row.getTimestamp(2);
      }
    }
  }
}
