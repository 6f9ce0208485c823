package org.kiln.tables;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.kiln.api.feed.ResumeToken;

/**
 * How far the tables of one reader are, for who waits for them. With a lock and not a monitor:
 * thousands wait here on virtual threads, and on Java before 24 each would hold a processor.
 * Thread-safe.
 */
final class Progress {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition other = lock.newCondition();
  private Optional<ResumeToken> place = Optional.empty();
  private Map<String, Long> orders = Map.of();
  private boolean closed;

  /**
   * They are there.
   *
   * @param highest the highest numbers given so far, by the names of their columns
   */
  void reached(Optional<ResumeToken> at, Map<String, Long> highest) {
    lock.lock();
    try {
      place = at;
      orders = Map.copyOf(highest);
      other.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Optional<ResumeToken> place() {
    lock.lock();
    try {
      return place;
    } finally {
      lock.unlock();
    }
  }

  /** The highest number in the order of that name. */
  long order(String column) {
    lock.lock();
    try {
      return orders.getOrDefault(column, 0L);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it has changed since that place, the tables close, or there is no more need. */
  void awaitOther(Optional<ResumeToken> than, long millis, BooleanSupplier enough)
      throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lockInterruptibly();
    try {
      while (left > 0 && !closed && place.equals(than) && !enough.getAsBoolean()) {
        left = other.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Wakes who waits, for it to look again. */
  void wake() {
    lock.lock();
    try {
      other.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      other.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }
}
