package org.kiln.index.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexException.Kind;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.index.Database;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteDataSource;

/**
 * One connection that writes and a few that read, beside it and beside each other: with a
 * write-ahead log nobody waits for anybody. Each is used by threads of its own: SQLite is native
 * code, in which a virtual thread would hold on to its carrier. Thread-safe.
 */
final class Connections implements Database {
  private static final int READERS = 4;

  /** Steps of SQLite's machine between two looks at the deadline; a fraction of a millisecond. */
  private static final int STEPS = 20_000;

  /** For a reader: whoever waits longer only adds to what makes everybody wait. */
  private static final long LONGEST_WAIT_MS = 1_000;

  private static final int BUSY_MS = 5_000;
  private static final int GOODBYE_SECONDS = 5;
  private static final int WRITER_CACHE_KIB = 16 << 10;
  private static final int READER_CACHE_KIB = 4 << 10;

  /**
   * Pages of the log, of 4 KiB, that bring it into the file: one that changes again and again goes
   * there once.
   */
  private static final int WAL_PAGES = 4_000;

  private final Path file;
  private final ExecutorService reading = threads(READERS, "kiln-index-read-");
  private final ExecutorService writing = threads(1, "kiln-index-write-");
  private final Semaphore permits = new Semaphore(READERS, true);
  private final Queue<Reader> free = new ConcurrentLinkedQueue<>();
  private final List<Reader> readers = new ArrayList<>();

  /** Of the one writing thread, as is what it syncs; null when it is to be opened anew. */
  private Connection writer;

  private boolean syncing;

  Connections(Path file) {
    this.file = file;
  }

  private static ExecutorService threads(int number, String name) {
    return Executors.newFixedThreadPool(
        number, Thread.ofPlatform().daemon().name(name, 0).factory());
  }

  /** A reading connection, and how long it may take. */
  private static final class Reader {
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
  }

  /** Opens the file and sees that it is ours. */
  void open(String network) throws SQLException {
    write(
        true,
        connection -> {
          Schema.prepare(connection, network);
          return null;
        });
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
    // The driver would ask for the last number after each row that is put, and parse the statement
    // for that: a quarter of what a row costs.
    config.setGetGeneratedKeys(false);
    config.setCacheSize(-cacheKib);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    Connection connection = source.getConnection();
    // Each page is looked at when it is read from the disk, not where a query happens to look.
    execute(connection, "PRAGMA cell_size_check = ON");
    return connection;
  }

  @Override
  public <T> T write(boolean synced, Work<T> work) throws SQLException {
    return await(submit(writing, () -> inTransaction(synced, work)));
  }

  @Override
  public <T> T ask(Work<T> work) throws SQLException {
    return await(submit(writing, () -> work.with(writer())));
  }

  private Connection writer() throws SQLException {
    if (writer == null) {
      writer = connect(WRITER_CACHE_KIB);
      execute(writer, "PRAGMA wal_autocheckpoint = " + WAL_PAGES);
      syncing = false;
    }
    return writer;
  }

  private <T> T inTransaction(boolean synced, Work<T> work) throws SQLException {
    Connection connection = writer();
    try {
      if (syncing != synced) {
        execute(connection, "PRAGMA synchronous = " + (synced ? "FULL" : "NORMAL"));
        syncing = synced;
      }
      execute(connection, "BEGIN IMMEDIATE");
      T result = work.with(connection);
      execute(connection, "COMMIT");
      return result;
    } catch (SQLException | RuntimeException e) {
      // A full disk has ended the transaction already, other failures have not, and which is which
      // cannot be told from here. Closing ends it in any case; the next one begins afresh.
      closeQuietly(connection);
      writer = null;
      throw e;
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public <T> T read(Deadline deadline, Work<T> work) throws SQLException {
    if (deadline.expired()) {
      throw new IndexException(Kind.UNAVAILABLE, "The time for the query is over", null);
    }
    acquire(deadline);
    Reader reader = free.remove();
    reader.deadline = deadline;
    try {
      return await(
          submit(
              reading,
              () -> {
                try {
                  return work.with(reader.connection);
                } finally {
                  giveBack(reader);
                }
              }));
    } catch (IndexException e) {
      if (e.kind() == Kind.CLOSED) {
        giveBack(reader);
      }
      throw e;
    }
  }

  private void giveBack(Reader reader) {
    reader.deadline = Deadline.NONE;
    free.add(reader);
    permits.release();
  }

  private void acquire(Deadline deadline) {
    try {
      if (reading.isShutdown()) {
        throw closed();
      }
      long millis = Math.min(LONGEST_WAIT_MS, deadline.remaining().toMillis());
      if (!permits.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        throw new IndexException(Kind.UNAVAILABLE, "The index is busy with other queries", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IndexException(Kind.UNAVAILABLE, "The query was given up", e);
    }
  }

  private static <T> Future<T> submit(ExecutorService threads, Callable<T> task) {
    try {
      return threads.submit(task);
    } catch (RejectedExecutionException e) {
      throw closed();
    }
  }

  /** To its end, which is bounded: who gives up would not know whether something was written. */
  private static <T> T await(Future<T> future) throws SQLException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static SQLException failure(Throwable cause) {
    return switch (cause) {
      case SQLException sql -> sql;
      case RuntimeException other -> throw other;
      case Error error -> throw error;
      default -> throw new IllegalStateException(cause);
    };
  }

  private static IndexException closed() {
    return new IndexException(Kind.CLOSED, "The index is closed", null);
  }

  @Override
  public SqliteDialect dialect(Connection connection) throws SQLException {
    return new SqliteDialect(Layout.read(connection));
  }

  @Override
  public IndexException failure(String what, SQLException e) {
    return Failures.of(what, e);
  }

  /** SQLite says the same of everything that was interrupted. */
  @Override
  public boolean overdue(SQLException e, Deadline deadline) {
    return deadline.expired();
  }

  @Override
  public void close() {
    reading.shutdown();
    for (Reader reader : readers) {
      reader.deadline = Deadline.in(Duration.ZERO);
    }
    if (ended(reading)) {
      readers.forEach(reader -> closeQuietly(reader.connection));
    }
    // The last of all: of two that end at once neither brings the write-ahead log into the file.
    if (!writing.isShutdown()) {
      writing.execute(
          () -> {
            closeQuietly(writer);
            writer = null;
          });
      writing.shutdown();
    }
    ended(writing);
  }

  private static boolean ended(ExecutorService threads) {
    try {
      return threads.awaitTermination(GOODBYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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
