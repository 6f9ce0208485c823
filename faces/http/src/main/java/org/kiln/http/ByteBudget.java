package org.kiln.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bytes of memory that requests share, counted in KiB. Thread-safe. */
final class ByteBudget {
  private static final int UNIT_BYTES = 1024;

  private final int all;
  private final Semaphore units;

  ByteBudget(long bytes) {
    this.all = Math.clamp(bytes / UNIT_BYTES, 1, Integer.MAX_VALUE);
    this.units = new Semaphore(all, true);
  }

  /** The whole of it, in bytes. */
  long bytes() {
    return (long) all * UNIT_BYTES;
  }

  /** Takes bytes if they are there now. */
  boolean take(long bytes) {
    return units.tryAcquire(units(bytes));
  }

  /** Takes bytes as soon as they are there; who came first is served first. */
  boolean take(long bytes, Duration patience) {
    try {
      return units.tryAcquire(units(bytes), patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void give(long bytes) {
    units.release(units(bytes));
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
  }
}
