package org.kiln.index;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.kiln.api.plugin.Deadline;

/** Lets others wait for what writing brings about. Takes no lock of whoever calls. Thread-safe. */
final class Progress {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private long steps;

  /** Something was written; to be said without any lock. */
  void moved() {
    lock.lock();
    try {
      steps++;
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits.
   *
   * @param done asked again after each step, without a lock
   * @return whether it came in time
   */
  boolean await(BooleanSupplier done, Deadline deadline) throws InterruptedException {
    while (true) {
      long seen = steps();
      if (done.getAsBoolean()) {
        return true;
      }
      if (!awaitAfter(seen, deadline)) {
        return false;
      }
    }
  }

  private long steps() {
    lock.lock();
    try {
      return steps;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitAfter(long seen, Deadline deadline) throws InterruptedException {
    long nanos = TimeUnit.NANOSECONDS.convert(deadline.remaining());
    lock.lockInterruptibly();
    try {
      while (steps == seen) {
        if (nanos <= 0) {
          return false;
        }
        nanos = moved.awaitNanos(nanos);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
