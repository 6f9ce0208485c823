package org.kiln.sync;

/** So many a second and no more; what is saved up lasts for a burst. Thread-safe. */
final class Budget {
  private final double perMilli;
  private final double burst;
  private double left;
  private long at;

  Budget(double perSecond, double burst, long now) {
    this.perMilli = perSecond / 1000;
    this.burst = burst;
    this.left = burst;
    this.at = now;
  }

  /** Whether there is one left. */
  synchronized boolean take(long now) {
    left = Math.min(burst, left + (now - at) * perMilli);
    at = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
