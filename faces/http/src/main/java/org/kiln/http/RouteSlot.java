package org.kiln.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.http.HttpRoute;

/** One route service with the calls that are inside it. Thread-safe. */
final class RouteSlot {
  private final HttpRoute route;
  private final PathPattern pattern;
  private final int ranking;
  private final long serviceId;
  private final AtomicInteger inside = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition empty = lock.newCondition();
  private volatile boolean leaving;

  RouteSlot(HttpRoute route, int ranking, long serviceId) {
    this.route = route;
    this.pattern = PathPattern.parse(route.pattern());
    this.ranking = ranking;
    this.serviceId = serviceId;
  }

  HttpRoute route() {
    return route;
  }

  PathPattern pattern() {
    return pattern;
  }

  /** Whether this one is to be preferred: the higher ranking, then the older service. */
  boolean before(RouteSlot other) {
    return ranking != other.ranking ? ranking > other.ranking : serviceId < other.serviceId;
  }

  /** Enters the route; false when it is leaving. Every true needs one {@link #exit}. */
  boolean enter() {
    inside.incrementAndGet();
    // Counted before looking, so that drain() either sees the count or we see it leaving.
    if (leaving) {
      exit();
      return false;
    }
    return true;
  }

  void exit() {
    if (inside.decrementAndGet() == 0 && leaving) {
      lock.lock();
      try {
        empty.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Whether the route's bundle wants it back; streamed answers then end. */
  boolean leaving() {
    return leaving;
  }

  /** Lets nobody in any more and waits until all are out; answers how many are still inside. */
  int drain(Duration timeout) {
    leaving = true;
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (inside.get() > 0 && left > 0) {
        // Short turns: an exit() that read `leaving` too early does not signal.
        long turn = Math.min(left, TimeUnit.MILLISECONDS.toNanos(50));
        left -= turn - Math.max(0, empty.awaitNanos(turn));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return inside.get();
  }
}
