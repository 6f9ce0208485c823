package org.kiln.feed;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses that grow, with a quarter of jitter, so that readers that failed together part. */
final class Backoff {
  private static final double JITTER = 0.25;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /** It has failed once more: the pause before the next try. */
  Duration next() {
    double millis = first.toMillis() * Math.pow(2, Math.min(failures, 30));
    failures++;
    double jitter = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Duration.ofMillis((long) (Math.min(millis, longest.toMillis() / (1 + JITTER)) * jitter));
  }

  /** It works. */
  void reset() {
    failures = 0;
  }
}
