package org.kiln.anchor;

import java.time.Duration;

/**
 * How this node anchors.
 *
 * @param enabled whether requests are taken at all
 * @param automatic whether batches begin by themselves; if not, only when the operator says so
 * @param chain the chain written to, as in {@code AnchorChain.chainId()}
 * @param batchInterval how long the oldest request waits for company
 * @param batchMaxRequests a batch begins at once when so many wait, and holds no more
 * @param callTimeout how long one call to the chain may take
 * @param pollInterval how often a submission is asked after
 * @param retryFirst pause after the first failure; doubles with each further one
 * @param retryMost longest pause after a failure
 * @param deliveriesInFlight time events handed to the stream service side by side
 * @param ticketRetention how long finished requests of other nodes are kept
 */
public record AnchorSettings(
    boolean enabled,
    boolean automatic,
    String chain,
    Duration batchInterval,
    int batchMaxRequests,
    Duration callTimeout,
    Duration pollInterval,
    Duration retryFirst,
    Duration retryMost,
    int deliveriesInFlight,
    Duration ticketRetention) {

  /** Largest batch: the most leaves ceramic-one puts in a tree. */
  public static final int MOST_REQUESTS = 1_000_000;

  /** Checks the numbers. */
  public AnchorSettings {
    if (batchMaxRequests < 1 || batchMaxRequests > MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "batchMaxRequests must be from 1 to " + MOST_REQUESTS + ", not " + batchMaxRequests);
    }
    if (deliveriesInFlight < 1 || deliveriesInFlight > 4096) {
      throw new IllegalArgumentException(
          "deliveriesInFlight must be from 1 to 4096, not " + deliveriesInFlight);
    }
    positive("callTimeout", callTimeout);
    positive("pollInterval", pollInterval);
    positive("retryFirst", retryFirst);
    positive("retryMost", retryMost);
    positive("ticketRetention", ticketRetention);
    if (batchInterval.isNegative()) {
      throw new IllegalArgumentException("batchInterval must not be negative");
    }
  }

  /** The pause after so many failures in a row. */
  Duration pauseAfter(int failures) {
    long first = retryFirst.toMillis();
    long pause = first << Math.min(20, Math.max(0, failures - 1));
    return Duration.ofMillis(Math.min(pause, Math.max(first, retryMost.toMillis())));
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive");
    }
  }
}
