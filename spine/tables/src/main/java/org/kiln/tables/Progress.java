package org.kiln.tables;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.kiln.api.feed.ResumeToken;

/** How far the tables are, for who waits for them. Thread-safe. */
final class Progress {
  private Optional<ResumeToken> place = Optional.empty();
  private long conclusionOrder;
  private long stateOrder;
  private boolean closed;

  synchronized void reached(Optional<ResumeToken> at, long conclusion, long state) {
    place = at;
    conclusionOrder = conclusion;
    stateOrder = state;
    notifyAll();
  }

  synchronized Optional<ResumeToken> place() {
    return place;
  }

  synchronized long conclusionOrder() {
    return conclusionOrder;
  }

  synchronized long stateOrder() {
    return stateOrder;
  }

  /** The highest number in the order of that name. */
  synchronized long order(String column) {
    return column.equals(Tables.STATE_ORDER) ? stateOrder : conclusionOrder;
  }

  /** Waits until it has changed since that place, the tables close, or there is no more need. */
  synchronized void awaitOther(Optional<ResumeToken> than, long millis, BooleanSupplier enough)
      throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!closed && place.equals(than) && !enough.getAsBoolean()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  /** Wakes who waits, for it to look again. */
  synchronized void wake() {
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
