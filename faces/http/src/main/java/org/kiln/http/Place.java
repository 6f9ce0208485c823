package org.kiln.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.http.HttpRoute;

/**
 * What one method on one shape of path leads to: the best of the routes that claim it. It outlives
 * its routes, so that requests can wait here while a bundle is replaced. Thread-safe.
 */
final class Place {
  private final String method;
  private final RouteCounters counters;
  private final List<RouteSlot> claims = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  private volatile RouteSlot current;
  private volatile long emptySince;

  Place(String method, String pattern) {
    this.method = method;
    this.counters = new RouteCounters(method, pattern);
  }

  String method() {
    return method;
  }

  RouteCounters counters() {
    return counters;
  }

  /** The route that is here now, not entered; null when there is none. */
  HttpRoute peek() {
    RouteSlot slot = current;
    return slot == null ? null : slot.route();
  }

  void add(RouteSlot slot) {
    lock.lock();
    try {
      claims.add(slot);
      choose();
      arrival.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void remove(RouteSlot slot) {
    lock.lock();
    try {
      claims.remove(slot);
      choose();
    } finally {
      lock.unlock();
    }
  }

  private void choose() {
    RouteSlot best = null;
    for (RouteSlot claim : claims) {
      if (best == null || claim.before(best)) {
        best = claim;
      }
    }
    if (best == null) {
      emptySince = System.nanoTime();
    }
    current = best;
  }

  /** Whether a route is here, or has left so lately that a successor may come. */
  boolean alive(long windowNanos) {
    return current != null || System.nanoTime() - emptySince < windowNanos;
  }

  /**
   * The route, entered; waits for one to come if there is none.
   *
   * @return null when none came in time
   */
  RouteSlot enter(long parkNanos) throws InterruptedException {
    RouteSlot slot = current;
    if (slot != null && slot.enter()) {
      return slot;
    }
    return park(parkNanos);
  }

  private RouteSlot park(long parkNanos) throws InterruptedException {
    long left = parkNanos;
    lock.lock();
    try {
      while (true) {
        RouteSlot slot = current;
        if (slot != null && slot.enter()) {
          return slot;
        }
        if (left <= 0) {
          return null;
        }
        // A leaving slot is taken out of `current` before it drains, so this is not a busy wait.
        long turn = Math.min(left, TimeUnit.MILLISECONDS.toNanos(250));
        left -= turn - Math.max(0, arrival.awaitNanos(turn));
      }
    } finally {
      lock.unlock();
    }
  }
}
