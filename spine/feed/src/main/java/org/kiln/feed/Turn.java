package org.kiln.feed;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.feed.FeedCursor;

/**
 * The time in which one service is called under its name. Ended by others; whatever its thread
 * waits for then ends at once, but a call of the reader, which may end by itself. Thread-safe.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition end = lock.newCondition();
  private boolean over;
  private FeedCursor<?> open;

  boolean over() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  /** A cursor that is to be closed with the turn; closed now when that is over. */
  void reads(FeedCursor<?> cursor) {
    lock.lock();
    try {
      open = cursor;
      if (over) {
        cursor.close();
      }
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      over = true;
      if (open != null) {
        open.close();
      }
      end.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits that long, or until the turn is over. */
  void pause(Duration time) throws InterruptedException {
    long nanos = time.toNanos();
    lock.lock();
    try {
      while (!over && nanos > 0) {
        nanos = end.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
