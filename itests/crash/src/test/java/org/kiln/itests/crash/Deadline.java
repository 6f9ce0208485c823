package org.kiln.itests.crash;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something to come true. */
final class Deadline {
  private static final long LIMIT_SECONDS = 30;
  private static final long PAUSE_MS = 20;

  private Deadline() {}

  static void await(Callable<Boolean> condition, String what) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError("While waiting until " + what, e);
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + LIMIT_SECONDS + " s: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    }
  }
}
