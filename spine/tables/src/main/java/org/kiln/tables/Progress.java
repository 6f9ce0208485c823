package org.kiln.tables;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.kiln.api.feed.ResumeToken;

/**
 * How far the tables are, for who waits for them. With a lock and not a monitor: thousands wait
 * here on virtual threads, and on Java before 24 each would hold a processor. Thread-safe.
 */
final class Progress {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition other = lock.newCondition();
  private Optional<ResumeToken> place = Optional.empty();
  private long conclusionOrder;
  private long stateOrder;
  private boolean closed;

  void reached(Optional<ResumeToken> at, long conclusion, long state) {
    lock.lock();
    try {
      place = at;
      conclusionOrder = conclusion;
      stateOrder = state;
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

  long conclusionOrder() {
    return order(Tables.CONCLUSION_ORDER);
  }

  long stateOrder() {
    return order(Tables.STATE_ORDER);
  }

  /** The highest number in the order of that name. */
  long order(String column) {
    lock.lock();
    try {
      return column.equals(Tables.STATE_ORDER) ? stateOrder : conclusionOrder;
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
