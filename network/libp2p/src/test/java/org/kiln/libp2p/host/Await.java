package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something to become true, with a deadline generous enough for a busy machine. */
final class Await {
  private static final Duration TIME = Duration.ofSeconds(60);

  private Await() {}

  static void until(String what, BooleanSupplier holds) throws InterruptedException {
    long end = System.nanoTime() + TIME.toNanos();
    Object pause = new Object();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Not within " + TIME.toSeconds() + " s: " + what);
      }
      synchronized (pause) {
        pause.wait(5);
      }
    }
  }
}
