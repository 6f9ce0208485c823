package org.kiln.itests.live;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something, but not for ever. */
final class Await {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Await() {}

  static void until(String what, Callable<Boolean> there) throws Exception {
    long end = System.nanoTime() + TIMEOUT_NANOS;
    while (!there.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within a minute: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
