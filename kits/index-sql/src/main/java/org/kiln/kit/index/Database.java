package org.kiln.kit.index;

import java.sql.Connection;
import java.sql.SQLException;
import org.kiln.api.index.IndexException;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.index.query.Dialect;

/** The database behind an index, as {@link SqlIndex} needs it. Thread-safe. */
public interface Database extends AutoCloseable {
  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it, on a thread and in a transaction of the database's choice. */
    T with(Connection connection) throws SQLException;
  }

  /**
   * Writes in one transaction, one at a time. What fails is undone.
   *
   * @param synced whether it must outlive a loss of power; what need not, the feed gives again, and
   *     a database may sync it all the same
   * @throws IndexException when the index is closed
   */
  <T> T write(boolean synced, Work<T> work) throws SQLException;

  /**
   * Asks where writes are done: sees all that was written, and waits for no query.
   *
   * @throws IndexException when the index is closed
   */
  <T> T ask(Work<T> work) throws SQLException;

  /**
   * Reads what is committed now, beside whatever is written and read.
   *
   * @throws IndexException when the deadline is over, the index is closed or too many read
   */
  <T> T read(Deadline deadline, Work<T> work) throws SQLException;

  /** How it is asked, as its tables are now. */
  Dialect dialect(Connection connection) throws SQLException;

  /** Documents are being written, in a transaction that is still open. */
  default void grow(Connection connection, int documents) throws SQLException {}

  /** A failure in the words of the API. */
  IndexException failure(String what, SQLException e);

  /** Whether a query failed because its time was over. */
  boolean overdue(SQLException e, Deadline deadline);

  /** Ends queries under way, and waits some seconds for what is being written. */
  @Override
  void close();
}
