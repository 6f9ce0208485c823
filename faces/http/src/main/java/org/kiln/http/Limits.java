package org.kiln.http;

import java.time.Duration;

/**
 * What the gateway bears.
 *
 * @param maxConcurrentRequests requests served at once; one more is answered 503
 * @param maxOpenStreams answers written as they come (server-sent events) that may be open at once;
 *     0 for as many as an eighth of the heap bears, 4096 at most
 * @param requestTimeout the deadline of a call
 * @param drainTimeout how long a route that leaves is waited for
 * @param parkTimeout how long a request waits for the successor of a route that has left
 * @param successorWindow how long after a route has left a successor is still expected
 * @param maxPathChars longest path, in characters
 * @param maxBodyBytes largest body whatever a route would accept
 * @param transfers how slow and how large may be what goes over the wire
 */
public record Limits(
    int maxConcurrentRequests,
    int maxOpenStreams,
    Duration requestTimeout,
    Duration drainTimeout,
    Duration parkTimeout,
    Duration successorWindow,
    int maxPathChars,
    int maxBodyBytes,
    Transfers transfers) {
  private static final int SHARE_OF_HEAP = 8;

  /** A listener of the feed takes 25 KiB, most of it the connection's. */
  private static final int OPEN_STREAM_BYTES = 32 << 10;

  private static final int MOST_OPEN_STREAMS = 4096;

  /** The limits of a node nobody has configured. */
  public static final Limits DEFAULT =
      new Limits(
          512,
          0,
          Duration.ofSeconds(60),
          Duration.ofMillis(2500),
          Duration.ofSeconds(3),
          Duration.ofSeconds(30),
          2048,
          64 << 20,
          Transfers.DEFAULT);

  /** Checks that every limit lets something through, and chooses what is left to the heap. */
  public Limits {
    if (maxConcurrentRequests < 1 || maxOpenStreams < 0 || maxPathChars < 16 || maxBodyBytes < 0) {
      throw new IllegalArgumentException("HTTP limits that let nothing through");
    }
    if (requestTimeout.isNegative() || requestTimeout.isZero()) {
      throw new IllegalArgumentException("The request timeout must be positive");
    }
    if (drainTimeout.isNegative() || parkTimeout.isNegative() || successorWindow.isNegative()) {
      throw new IllegalArgumentException("An HTTP timeout is negative");
    }
    maxOpenStreams =
        maxOpenStreams > 0 ? maxOpenStreams : openStreams(Runtime.getRuntime().maxMemory());
  }

  /** How many open streams a heap of so many bytes bears. */
  static int openStreams(long heapBytes) {
    return Math.clamp(heapBytes / SHARE_OF_HEAP / OPEN_STREAM_BYTES, 1, MOST_OPEN_STREAMS);
  }
}
