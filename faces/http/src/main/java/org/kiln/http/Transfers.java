package org.kiln.http;

import java.time.Duration;

/**
 * How slow and how large may be what goes over the wire.
 *
 * @param grace how long a client may let the node wait, bodies and answers alike, before its rate
 *     counts
 * @param minBytesPerSecond what it must send or take on average from then on
 * @param answerTimeout how long an answer that has an end may take to be written
 * @param maxLongAnswers answers at once that are written as they are made, besides open streams
 * @param keptRequests places besides the others, of requests and of open streams each, for health
 *     checks and operators
 * @param memoryBytes bound of the bodies that are being received, of what requests at work make of
 *     them, and of whole answers that wait for their readers; each for itself
 */
public record Transfers(
    Duration grace,
    int minBytesPerSecond,
    Duration answerTimeout,
    int maxLongAnswers,
    int keptRequests,
    long memoryBytes) {
  private static final int SHARE_OF_HEAP = 8;

  /** The limits of a node nobody has configured. */
  public static final Transfers DEFAULT =
      new Transfers(Duration.ofSeconds(10), 8 << 10, Duration.ofMinutes(5), 128, 64, 0);

  /**
   * Checks that every limit lets something through; no bound in bytes means an eighth of the heap.
   */
  public Transfers {
    if (grace.isNegative()
        || grace.isZero()
        || answerTimeout.isNegative()
        || answerTimeout.isZero()) {
      throw new IllegalArgumentException("HTTP transfers need time");
    }
    if (minBytesPerSecond < 1 || maxLongAnswers < 1 || keptRequests < 1 || memoryBytes < 0) {
      throw new IllegalArgumentException("HTTP transfers that let nothing through");
    }
    memoryBytes = memoryBytes > 0 ? memoryBytes : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
  }
}
