package org.kiln.net.kad;

import java.time.Duration;

/**
 * How Kademlia behaves.
 *
 * @param protocol its id
 * @param server whether to answer others
 * @param answerTime to connect to a peer and get its answer
 * @param lookupTime a lookup may take
 * @param providers claims of providers kept as a server
 * @param providersPerSender of one peer
 */
public record KadSettings(
    String protocol,
    boolean server,
    Duration answerTime,
    Duration lookupTime,
    int providers,
    int providersPerSender) {
  /** The usual ones, of a server. */
  public static final KadSettings SERVER =
      new KadSettings(
          "/ipfs/kad/1.0.0", true, Duration.ofSeconds(10), Duration.ofSeconds(60), 100_000, 10_000);

  /** The usual ones, of a client. */
  public static final KadSettings CLIENT =
      new KadSettings(
          "/ipfs/kad/1.0.0", false, Duration.ofSeconds(10), Duration.ofSeconds(60), 0, 0);
}
