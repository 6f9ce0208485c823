package org.kiln.events.journal;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** How far the journal is durable, for those who wait for more. Thread-safe. */
final class JournalEnd {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile long position;
  private volatile boolean ended;

  JournalEnd(long position) {
    this.position = position;
  }

  /** The newest durable position. */
  long position() {
    return position;
  }

  /** Whether no more will come, since the log is closed. */
  boolean ended() {
    return ended;
  }

  /** Everything up to there can be read; whoever waits is told by {@link #wake}. */
  void reached(long newPosition) {
    position = newPosition;
  }

  void end() {
    ended = true;
    wake();
  }

  /** Lets everybody who waits look. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until there is more than a position, the journal has ended, or the caller does not want
   * to wait any more.
   *
   * @return nanoseconds that are left; none when nothing came in time
   */
  long await(long after, long nanos, BooleanSupplier unwanted) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (position <= after && !ended && !unwanted.getAsBoolean() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return left;
    } finally {
      lock.unlock();
    }
  }
}
