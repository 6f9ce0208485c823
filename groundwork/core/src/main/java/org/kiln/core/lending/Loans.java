package org.kiln.core.lending;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many leases of one service are out. One word holds both the count and whether no more are
 * given, so that taking a lease is one atomic step and can never slip past a closing. Thread-safe.
 */
final class Loans {
  private static final int CLOSED = 1 << 30;

  private final AtomicInteger state = new AtomicInteger();

  // No monitor: a virtual thread that waits on one would hold a thread of the platform.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  /** Counts one more; false when no more are given. */
  boolean take() {
    if ((state.incrementAndGet() & CLOSED) != 0) {
      giveBack();
      return false;
    }
    return true;
  }

  void giveBack() {
    if (state.decrementAndGet() == CLOSED) {
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** From now on none is given; false when that was so already. */
  boolean close() {
    return (state.getAndUpdate(count -> count | CLOSED) & CLOSED) == 0;
  }

  boolean closed() {
    return (state.get() & CLOSED) != 0;
  }

  /**
   * Waits for those that are out; an interrupt ends the waiting and stays set.
   *
   * @return how many were not back in time
   */
  int await(Duration most) {
    lock.lock();
    try {
      int out = out();
      for (long left = most.toNanos(); out > 0 && left > 0; out = out()) {
        left = idle.awaitNanos(left);
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return out();
    } finally {
      lock.unlock();
    }
  }

  /** Who is just being refused is counted for a moment: none out was seen once is none out. */
  private int out() {
    return state.get() & ~CLOSED;
  }
}
