package org.kiln.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something, but not for ever. */
final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Await() {}

  static void until(String what, BooleanSupplier there) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not in time: " + what).isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
