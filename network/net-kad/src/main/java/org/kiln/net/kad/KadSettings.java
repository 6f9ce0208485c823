package org.kiln.net.kad;

import java.time.Duration;

/**
 * How Kademlia behaves.
 *
 * @param protocol its id
 * @param scope whom and which addresses it is about
 * @param server whether to answer others
 * @param answerTime to connect to a peer and get its answer
 * @param lookupTime a lookup may take
 */
public record KadSettings(
    String protocol, DhtScope scope, boolean server, Duration answerTime, Duration lookupTime) {
  /** The usual ones, of a server. */
  public static final KadSettings SERVER =
      new KadSettings(
          "/ipfs/kad/1.0.0", DhtScope.WAN, true, Duration.ofSeconds(10), Duration.ofSeconds(60));

  /** The usual ones, of a client. */
  public static final KadSettings CLIENT =
      new KadSettings(
          "/ipfs/kad/1.0.0", DhtScope.WAN, false, Duration.ofSeconds(10), Duration.ofSeconds(60));

  /** These for the local network. */
  public KadSettings lan() {
    return new KadSettings("/ipfs/lan/kad/1.0.0", DhtScope.LAN, server, answerTime, lookupTime);
  }
}
