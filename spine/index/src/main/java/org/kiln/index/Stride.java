package org.kiln.index;

import java.time.Duration;

/**
 * How many changes a step of the back-fill takes. New changes wait for its end, so it may not take
 * long; but the more rows a transaction has, the less each costs. For one thread.
 */
final class Stride {
  private static final int LEAST = 500;
  private static final int MOST = 4_000;
  private static final Duration SHORT = Duration.ofMillis(150);
  private static final Duration LONG = Duration.ofMillis(400);

  private int changes = LEAST;

  /** Of the next step. */
  int changes() {
    return changes;
  }

  /** The step is done, and took so long. */
  void took(Duration time) {
    if (time.compareTo(LONG) > 0) {
      changes = Math.max(LEAST, changes / 2);
    } else if (time.compareTo(SHORT) < 0) {
      changes = Math.min(MOST, changes * 2);
    }
  }
}
