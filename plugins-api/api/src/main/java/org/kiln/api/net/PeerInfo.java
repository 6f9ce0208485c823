package org.kiln.api.net;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A connected peer, as known at one moment.
 *
 * @param id its peer id, proven by the connection's handshake
 * @param address where the connection leads, without the peer id
 * @param outbound whether we dialled it
 * @param since when the connection stood
 * @param muxer stream multiplexer of the connection, for example {@code /yamux/1.0.0}
 * @param agent its agent version, empty when unknown
 * @param protocols ids of the protocols it accepts, empty until it has said so
 * @param listenAddresses where it says it listens; hearsay
 */
public record PeerInfo(
    PeerId id,
    Multiaddr address,
    boolean outbound,
    Instant since,
    String muxer,
    String agent,
    Set<String> protocols,
    List<Multiaddr> listenAddresses) {
  /** Copies the collections. */
  public PeerInfo {
    protocols = Set.copyOf(protocols);
    listenAddresses = List.copyOf(listenAddresses);
  }
}
