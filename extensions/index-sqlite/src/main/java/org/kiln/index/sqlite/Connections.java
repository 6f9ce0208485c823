package org.kiln.index.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.plugin.Deadline;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteDataSource;

/**
 * One connection that writes and a few that read, beside it and beside each other: with a
 * write-ahead log nobody waits for anybody. Thread-safe.
 */
final class Connections implements AutoCloseable {
  private static final int READERS = 4;

  /** Steps of SQLite's machine between two looks at the deadline; a fraction of a millisecond. */
  private static final int STEPS = 20_000;

  private static final int BUSY_MS = 5_000;
  private static final int WRITER_CACHE_KIB = 16 << 10;
  private static final int READER_CACHE_KIB = 4 << 10;

  private final Path file;
  private final BlockingQueue<Reader> free = new ArrayBlockingQueue<>(READERS);
  private final List<Reader> readers = new ArrayList<>();
  private Connection writer;
  private boolean closed;

  Connections(Path file) {
    this.file = file;
  }

  /** A reading connection, and how long it may take. */
  static final class Reader {
    private final Connection connection;
    private volatile Deadline deadline = Deadline.NONE;

    private Reader(Connection connection) throws SQLException {
      this.connection = connection;
      ProgressHandler.setHandler(
          connection,
          STEPS,
          new ProgressHandler() {
            @Override
            protected int progress() {
              return deadline.expired() ? 1 : 0;
            }
          });
    }

    Connection connection() {
      return connection;
    }
  }

  /** What is done with a connection. */
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** Opens the file and sees that it is ours. */
  void open(String network) throws SQLException {
    // Nothing of the index is lost with the last transactions: the feed gives them again.
    writer = connect(WRITER_CACHE_KIB);
    writer.setAutoCommit(false);
    Schema.prepare(writer, network);
    for (int i = 0; i < READERS; i++) {
      Reader reader = new Reader(connect(READER_CACHE_KIB));
      readers.add(reader);
      free.add(reader);
    }
  }

  private Connection connect(int cacheKib) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(SynchronousMode.NORMAL);
    config.setBusyTimeout(BUSY_MS);
    config.setCacheSize(-cacheKib);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source.getConnection();
  }

  /** Writes in one transaction. */
  synchronized <T> T write(Work<T> work) throws SQLException {
    if (closed) {
      throw closed();
    }
    try {
      T result = work.with(writer);
      writer.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  /** Reads what is committed now. */
  <T> T read(Deadline deadline, Work<T> work) throws SQLException {
    if (deadline.expired()) {
      throw new IndexException(Kind.UNAVAILABLE, "The time for the query is over", null);
    }
    Reader reader = take(deadline);
    try {
      reader.deadline = deadline;
      return work.with(reader.connection);
    } finally {
      reader.deadline = Deadline.NONE;
      free.add(reader);
    }
  }

  private Reader take(Deadline deadline) {
    try {
      checkOpen();
      Reader reader = free.poll(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
      if (reader == null) {
        throw new IndexException(Kind.UNAVAILABLE, "The index is busy with other queries", null);
      }
      return reader;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IndexException(Kind.UNAVAILABLE, "The query was given up", e);
    }
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw closed();
    }
  }

  private static IndexException closed() {
    return new IndexException(Kind.CLOSED, "The index is closed", null);
  }

  /** Waits for queries under way. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    for (Reader reader : readers) {
      reader.deadline = Deadline.in(Duration.ZERO);
    }
    readers.forEach(ignored -> closeQuietly(takeBack()));
    closeQuietly(writer);
  }

  private Connection takeBack() {
    try {
      Reader reader = free.poll(BUSY_MS, TimeUnit.MILLISECONDS);
      return reader == null ? null : reader.connection;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static void closeQuietly(Connection connection) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is lost by it: what was committed is in the file.
      assert e != null;
    }
  }
}
