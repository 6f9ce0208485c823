package org.kiln.feed;

import java.time.Duration;
import java.time.Instant;
import org.kiln.api.feed.ResumeToken;

/**
 * When the feed's end was where, as far as it was looked at: once a second, for an hour. Tells how
 * old what a reader has not taken is without asking the store. Thread-safe.
 */
final class Lag {
  private static final int KEPT = 3_600;

  private final long[] positions = new long[KEPT];
  private final long[] millis = new long[KEPT];
  private long journal;
  private int count;
  private int next;

  /** The end is there. */
  synchronized void at(Instant now, ResumeToken end) {
    if (end.journal() != journal) {
      journal = end.journal();
      count = 0;
      next = 0;
    }
    positions[next] = end.position();
    millis[next] = now.toEpochMilli();
    next = (next + 1) % KEPT;
    count = Math.min(count + 1, KEPT);
  }

  /**
   * How long the oldest entry behind a place has been there, to a second; an hour for older ones,
   * and less when the node has not run that long.
   */
  synchronized Duration behind(Instant now, ResumeToken place) {
    if (place.journal() != journal) {
      return Duration.ZERO;
    }
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) / 2;
      if (positions[index(middle)] > place.position()) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == count
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, now.toEpochMilli() - millis[index(low)]));
  }

  /** Of the n-th oldest. */
  private int index(int n) {
    return Math.floorMod(next - count + n, KEPT);
  }
}
