package org.kiln.index.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.kiln.api.plugin.Deadline;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Looks for damage that SQLite would come upon only where a query or a write leads it there, or
 * never: a row that an index does not have is just not found.
 */
final class Soundness {
  /** Steps of SQLite's machine between two looks at the time. */
  private static final int STEPS = 1_000;

  private static final String SOUND = "ok";

  private Soundness() {}

  /**
   * The first damage that can be found in this time: in the order of pages and rows, which takes a
   * second for some gigabyte, then in whether indexes and rows agree, which takes seven times that.
   */
  static Optional<String> damage(Connection connection, Duration time) throws SQLException {
    Deadline deadline = Deadline.in(time);
    ProgressHandler.setHandler(
        connection,
        STEPS,
        new ProgressHandler() {
          @Override
          protected int progress() {
            return deadline.expired() ? 1 : 0;
          }
        });
    try {
      Optional<String> found = found(connection, "quick_check");
      return found.isPresent() ? found : found(connection, "integrity_check");
    } finally {
      ProgressHandler.clearHandler(connection);
    }
  }

  private static Optional<String> found(Connection connection, String check) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA " + check + "(1)")) {
      String first = rows.next() ? rows.getString(1) : SOUND;
      // What is wrong with a page stands behind a line that only names the database.
      return first.equals(SOUND) ? Optional.empty() : first.lines().reduce((a, b) -> b);
    } catch (SQLiteException e) {
      if (e.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
