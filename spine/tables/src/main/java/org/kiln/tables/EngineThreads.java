package org.kiln.tables;

import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * Threads for the engine's native code. A virtual thread in there holds its processor, so two
 * queries of a minute would stop all of the node that runs on virtual threads. Thread-safe.
 */
final class EngineThreads implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  /** So many at most; none while nobody asks. */
  EngineThreads(int most) {
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("kiln-sql-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** What the engine is to do. */
  interface Work<T> {
    T run() throws SQLException, SqlRefusal;
  }

  /**
   * Does it, here or where it stops nobody. An interrupt does not cut it short, since the engine
   * must not lose a statement under way; it is seen by the caller afterwards.
   */
  <T> T call(Work<T> work) throws SQLException, SqlRefusal {
    if (!Thread.currentThread().isVirtual()) {
      return work.run();
    }
    Future<T> result;
    try {
      result = threads.submit(work::run);
    } catch (RejectedExecutionException e) {
      throw new SqlRefusal(Reason.UNAVAILABLE, "The SQL tables are being closed");
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case SQLException cause -> throw cause;
            case SqlRefusal cause -> throw cause;
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> throw new IllegalStateException(e);
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Takes no more; what waits is still done, and refused by what it finds closed. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
