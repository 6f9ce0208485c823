package org.kiln.index.postgresql;

import java.sql.Connection;
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
import org.kiln.kit.index.Database;

/**
 * One session that writes and some that read. A session that is lost is replaced at the next call,
 * so a database that was gone is there again when it is back. Thread-safe.
 */
final class Sessions implements Database {
  private static final int READERS = 8;

  /** For a session: whoever waits longer only adds to what makes everybody wait. */
  private static final long LONGEST_WAIT_MS = 1_000;

  /** For what is being written when the index is closed: after that it is cut off. */
  private static final long GOODBYE_SECONDS = 5;

  private final Address address;
  private final Semaphore permits = new Semaphore(READERS, true);
  private final Deque<Connection> free = new ConcurrentLinkedDeque<>();
  private final ReentrantLock turn = new ReentrantLock();
  private final Claim claim = new Claim();
  private final Growth growth = new Growth();
  private volatile Connection writer;
  private volatile boolean closed;

  Sessions(Address address) {
    this.address = address;
  }

  /**
   * Always synced as the server's settings say: it can die while the node lives, and would then
   * have less than the node knows of.
   */
  @Override
  public <T> T write(boolean synced, Work<T> work) throws SQLException {
    return ask(work);
  }

  /** On the session that writes: it sees what it wrote, whatever else reads. */
  @Override
  public <T> T ask(Work<T> work) throws SQLException {
    turn.lock();
    try {
      Connection connection = writer();
      try {
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
        claim.take(connection);
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

  @Override
  public <T> T read(Deadline deadline, Work<T> work) throws SQLException {
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

  @Override
  public PostgresDialect dialect(Connection connection) throws SQLException {
    return new PostgresDialect(Schema.MODELS.numbers(connection));
  }

  @Override
  public void grow(Connection connection, int documents) throws SQLException {
    growth.add(connection, documents);
  }

  @Override
  public IndexException failure(String what, SQLException e) {
    return Failures.of(what, e);
  }

  @Override
  public boolean overdue(SQLException e, Deadline deadline) {
    return Failures.isCancelled(e);
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Waits some seconds for what is being written; queries under way end by themselves. */
  @Override
  public void close() {
    closed = true;
    if (isMyTurn()) {
      try {
        closeQuietly(writer);
        writer = null;
      } finally {
        turn.unlock();
      }
    } else {
      abort(writer);
    }
    for (Connection idle = free.pollFirst(); idle != null; idle = free.pollFirst()) {
      closeQuietly(idle);
    }
  }

  private boolean isMyTurn() {
    try {
      return turn.tryLock(GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return turn.tryLock();
    }
  }

  /** Whoever waits for an answer gets an error, and nothing was written. */
  private static void abort(Connection connection) {
    if (connection == null) {
      return;
    }
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is no worse than not closed.
      assert e != null;
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
