package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.plugin.Deadline;

/**
 * One session that writes and some that read. A session that is lost is replaced at the next call,
 * so a database that was gone is there again when it is back. Thread-safe.
 */
final class Sessions implements AutoCloseable {
  private static final int READERS = 8;

  /** For a session: whoever waits longer only adds to what makes everybody wait. */
  private static final long LONGEST_WAIT_MS = 1_000;

  /** Of ours; together with the schema it names one index. */
  private static final int LOCK = 0x6b696c6e;

  private final Address address;
  private final Semaphore permits = new Semaphore(READERS, true);
  private final Deque<Connection> free = new ConcurrentLinkedDeque<>();
  private final ReentrantLock turn = new ReentrantLock();
  private Connection writer;
  private volatile boolean closed;

  Sessions(Address address) {
    this.address = address;
  }

  /** What is done with a session. */
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /**
   * Writes in one transaction.
   *
   * @param synced whether it must outlive a loss of power; what need not, the feed gives again
   */
  <T> T write(boolean synced, Work<T> work) throws SQLException {
    turn.lock();
    try {
      Connection connection = writer();
      try {
        execute(connection, "SET LOCAL synchronous_commit TO " + (synced ? "on" : "off"));
        T result = work.with(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        undo(connection);
        throw e;
      }
    } finally {
      turn.unlock();
    }
  }

  private Connection writer() throws SQLException {
    checkOpen();
    if (writer == null) {
      Connection connection = address.connect(true);
      try {
        claim(connection);
        connection.setAutoCommit(false);
        writer = connection;
      } finally {
        if (writer == null) {
          closeQuietly(connection);
        }
      }
    }
    return writer;
  }

  /** Two nodes that write one index would each make it wrong for the other. */
  private static void claim(Connection connection) throws SQLException {
    try (PreparedStatement claim =
        connection.prepareStatement(
            "SELECT pg_try_advisory_lock(?, hashtext(current_schema())),"
                + " getdatabaseencoding(), current_schema()")) {
      claim.setInt(1, LOCK);
      try (ResultSet row = claim.executeQuery()) {
        row.next();
        if (row.getString(3) == null) {
          throw new IndexException(
              Kind.UNAVAILABLE, "The schema that index.url names is not there", null);
        }
        if (!"UTF8".equals(row.getString(2))) {
          throw new IndexException(
              Kind.UNAVAILABLE,
              "The database is encoded in " + row.getString(2) + ", the index needs UTF8",
              null);
        }
        if (!row.getBoolean(1)) {
          throw new IndexException(
              Kind.UNAVAILABLE,
              "Another node writes to this index: give each node a database or schema of its own",
              null);
        }
      }
    }
  }

  /** What cannot be rolled back is of no more use. */
  private void undo(Connection connection) {
    try {
      connection.rollback();
      if (connection.isValid(1)) {
        return;
      }
    } catch (SQLException e) {
      // It is lost, and what was not committed with it.
      assert e != null;
    }
    closeQuietly(connection);
    writer = null;
  }

  /** Reads what is committed now, within a deadline. */
  <T> T read(Deadline deadline, Work<T> work) throws SQLException {
    if (deadline.expired()) {
      throw new IndexException(Kind.UNAVAILABLE, "The time for the query is over", null);
    }
    acquire(deadline);
    try {
      Connection idle = free.pollFirst();
      if (idle != null) {
        try {
          return read(idle, deadline, work);
        } catch (SQLException e) {
          // It may have been lost long ago, while nobody used it: then a new one knows better.
          if (!Failures.isLost(e)) {
            throw e;
          }
        }
      }
      return read(address.connect(false), deadline, work);
    } finally {
      permits.release();
    }
  }

  private <T> T read(Connection connection, Deadline deadline, Work<T> work) throws SQLException {
    boolean well = false;
    try {
      long millis = Math.max(1, Math.min(Integer.MAX_VALUE, deadline.remaining().toMillis()));
      execute(connection, "SET statement_timeout TO " + millis);
      T result = work.with(connection);
      well = true;
      return result;
    } catch (SQLException e) {
      well = !Failures.isLost(e);
      throw e;
    } finally {
      if (well && !closed) {
        free.addFirst(connection);
      } else {
        closeQuietly(connection);
      }
    }
  }

  private void acquire(Deadline deadline) {
    checkOpen();
    try {
      long millis = Math.min(LONGEST_WAIT_MS, deadline.remaining().toMillis());
      if (!permits.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        throw new IndexException(Kind.UNAVAILABLE, "The index is busy with other queries", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IndexException(Kind.UNAVAILABLE, "The query was given up", e);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IndexException(Kind.CLOSED, "The index is closed", null);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Waits for what is being written; queries under way end by themselves. */
  @Override
  public void close() {
    closed = true;
    turn.lock();
    try {
      closeQuietly(writer);
      writer = null;
    } finally {
      turn.unlock();
    }
    for (Connection idle = free.pollFirst(); idle != null; idle = free.pollFirst()) {
      closeQuietly(idle);
    }
  }

  private static void closeQuietly(Connection connection) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is lost by it: what was committed is in the database.
      assert e != null;
    }
  }
}
