package org.kiln.http.v0;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listeners of a feed when there may be something for them, one after the other: if each
 * waited for the feed by itself, thousands would wake with every write, and whoever wrote would
 * wait behind them. One thread watches the feed, one calls. Thread-safe.
 */
final class FeedTurns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedTurns.class);

  /** What comes soon after the first change is read with it. */
  private static final long GATHER_MS = 20;

  /**
   * 4 000 calls a second at most, which takes about half a core. A virtual thread calls, and goes
   * on behind those it called: on a node that has other work too there are less.
   */
  private static final int AT_ONCE = 8;

  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long RETRY_MS = 1_000;

  private final Feed feed;
  private final Duration longest;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition someone = lock.newCondition();
  private final Set<Seat> seats = new LinkedHashSet<>();
  private final Set<Seat> idle = new LinkedHashSet<>();
  private final BlockingQueue<Seat> ready = new LinkedBlockingQueue<>();
  private Thread watching;
  private Thread calling;
  private long rings;
  private volatile boolean closed;

  /** One listener's; for its thread. */
  static final class Seat {
    private final Thread thread = Thread.currentThread();
    private long heard;
    private volatile boolean called;

    private Seat() {}
  }

  /**
   * Nobody listens yet.
   *
   * @param longest after which all are called though nothing has come
   */
  FeedTurns(Feed feed, Duration longest) {
    this.feed = feed;
    this.longest = longest;
  }

  /** A listener comes, and may look. */
  Seat enter() {
    Seat seat = new Seat();
    lock.lock();
    try {
      seat.heard = rings;
      seats.add(seat);
      someone.signal();
      if (calling == null && !closed) {
        watching = Thread.ofVirtual().name("kiln-feed-watch").start(this::watch);
        calling = Thread.ofVirtual().name("kiln-feed-call").start(this::call);
      }
    } finally {
      lock.unlock();
    }
    return seat;
  }

  /** A listener goes. */
  void leave(Seat seat) {
    lock.lock();
    try {
      seats.remove(seat);
      idle.remove(seat);
    } finally {
      lock.unlock();
    }
  }

  /** Whether all must go. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Waits until the listener is called, or must go.
   *
   * @param behind whether there is more for it already
   */
  void await(Seat seat, boolean behind) throws InterruptedException {
    lock.lock();
    try {
      seat.called = false;
      if (behind || seat.heard != rings) {
        ready.add(seat);
      } else {
        idle.add(seat);
      }
    } finally {
      lock.unlock();
    }
    while (!seat.called && !closed) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Waits for that long, or until the listener must go. */
  void pause(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0 && !closed; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void watch() {
    try {
      while (!closed) {
        awaitSomeone();
        try (FeedCursor<?> cursor = feed.changes(feed.now())) {
          // For what came before; what comes later, the cursor sees.
          ring();
          if (!cursor.next(1, longest).isEmpty()) {
            Thread.sleep(GATHER_MS);
          }
        } catch (FeedException | RuntimeException e) {
          LOG.debug("The feed cannot be watched now: {}", e.toString());
          ring();
          Thread.sleep(RETRY_MS);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The feed is watched no more");
    }
  }

  private void awaitSomeone() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (seats.isEmpty()) {
        someone.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void ring() {
    lock.lock();
    try {
      rings++;
      ready.addAll(idle);
      idle.clear();
    } finally {
      lock.unlock();
    }
  }

  private void call() {
    try {
      while (!closed) {
        Seat next = ready.take();
        for (int i = 1; next != null; i++) {
          call(next);
          next = i < AT_ONCE ? ready.poll() : null;
        }
        LockSupport.parkNanos(this, REST_NANOS);
      }
    } catch (InterruptedException e) {
      LOG.debug("Listeners are called no more");
    }
  }

  private void call(Seat seat) {
    lock.lock();
    try {
      // What rings from here on may come too late for what it is about to read.
      seat.heard = rings;
      seat.called = true;
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(seat.thread);
  }

  /** Sends all listeners away; they know how to come back. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (calling != null) {
        watching.interrupt();
        calling.interrupt();
      }
      seats.forEach(seat -> LockSupport.unpark(seat.thread));
    } finally {
      lock.unlock();
    }
  }
}
