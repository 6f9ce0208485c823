package org.kiln.core.extension.internal;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.core.extension.ExtensionRegistry.Lease;

/**
 * One extension and the number of its leases. One word holds both the count and whether the slot is
 * closed, so that taking a lease is one atomic step and can never slip past a closing. Thread-safe.
 */
final class Slot<T> {
  private static final int CLOSED = 1 << 30;

  private final T service;
  private final List<String> keys;
  private final Rank rank;
  private final AtomicInteger state = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  Slot(T service, List<String> keys, Rank rank) {
    this.service = service;
    this.keys = keys;
    this.rank = rank;
  }

  T service() {
    return service;
  }

  List<String> keys() {
    return keys;
  }

  Rank rank() {
    return rank;
  }

  /** A lease, or null when the slot is closed. */
  Lease<T> lease() {
    if ((state.incrementAndGet() & CLOSED) != 0) {
      giveBack();
      return null;
    }
    return new Loan<>(this);
  }

  /**
   * Lends no more, and waits for what is lent.
   *
   * @return leases that were not back in time
   */
  int drain(long timeoutMs) {
    state.getAndUpdate(count -> count | CLOSED);
    long left = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    lock.lock();
    try {
      while (state.get() != CLOSED && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return state.get() & ~CLOSED;
  }

  private void giveBack() {
    if (state.decrementAndGet() == CLOSED) {
      lock.lock();
      try {
        idle.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closing twice gives back once. */
  private static final class Loan<T> implements Lease<T> {
    private final Slot<T> slot;
    private boolean closed;

    Loan(Slot<T> slot) {
      this.slot = slot;
    }

    @Override
    public T service() {
      return slot.service;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        slot.giveBack();
      }
    }
  }
}
