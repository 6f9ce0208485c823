package org.kiln.tables;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * The statements that the engine has under way, those too whose first row has not come: so that
 * none goes on when the tables are closed. Thread-safe.
 */
final class Executions {
  private static final long AGAIN_NANOS = 20_000_000;

  private final Set<Execution> all = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fewer = lock.newCondition();
  private volatile boolean closed;

  /**
   * One is about to begin; {@link #ended} is to be told of it, however it ends.
   *
   * @throws SqlRefusal UNAVAILABLE when none may any more
   */
  void begun(Execution one) throws SqlRefusal {
    all.add(one);
    if (closed) {
      ended(one);
      throw new SqlRefusal(Reason.UNAVAILABLE, "The SQL tables are being closed");
    }
  }

  void ended(Execution one) {
    if (all.remove(one)) {
      lock.lock();
      try {
        fewer.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** How many are under way. */
  int size() {
    return all.size();
  }

  /**
   * Cancels all, and lets none begin. The engine forgets a cancel that comes just before its
   * statement, so those that go on are told again.
   *
   * @return how many there are after that time
   */
  int close(Duration patience) {
    closed = true;
    long end = System.nanoTime() + patience.toNanos();
    lock.lock();
    try {
      while (!all.isEmpty() && System.nanoTime() - end < 0) {
        all.forEach(Execution::cancel);
        fewer.awaitNanos(AGAIN_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return all.size();
  }
}
