package org.kiln.net.bitswap;

import java.time.Duration;

/**
 * What bitswap lets peers have of it, and how patient it is.
 *
 * @param wantsPerPeer wants remembered of one peer, and sent to one peer before its answers
 * @param wants wants remembered of all peers
 * @param messageBytes size a message with blocks is filled up to
 * @param answerTime after which another peer is asked for what one has not answered
 * @param writeTime a peer may take to read a message
 * @param streamIdle after which a stream of ours nobody writes on is closed
 * @param sessions fetches at the same time; more wait
 */
public record BitswapLimits(
    int wantsPerPeer,
    int wants,
    int messageBytes,
    Duration answerTime,
    Duration writeTime,
    Duration streamIdle,
    int sessions) {
  /** The usual ones. */
  public static final BitswapLimits DEFAULT =
      new BitswapLimits(
          1024,
          131_072,
          128 * 1024,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          512);
}
