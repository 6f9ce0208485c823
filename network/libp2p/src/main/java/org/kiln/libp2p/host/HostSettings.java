package org.kiln.libp2p.host;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.kit.net.Multiaddrs;
import org.kiln.libp2p.yamux.Yamux;

/**
 * How a host behaves.
 *
 * @param listen TCP and QUIC addresses to listen on; none: only dial
 * @param peers addresses, peer id included, of peers to stay connected to
 * @param agent what to call ourselves
 * @param muxers stream multiplexers, the best first
 * @param earlyMuxers whether to name them in the Noise handshake; rust-libp2p does not
 * @param allowedPeers the only peers to talk to; empty: any
 * @param reach which addresses learnt from others are dialled
 * @param limits what peers may have
 * @param upgradeTime until a connection must have proven who it is and be ready for streams
 * @param idleTime after which a connection without streams and tags is closed
 */
public record HostSettings(
    List<Multiaddr> listen,
    List<Multiaddr> peers,
    String agent,
    List<String> muxers,
    boolean earlyMuxers,
    Set<PeerId> allowedPeers,
    Reach reach,
    HostLimits limits,
    Duration upgradeTime,
    Duration idleTime) {
  /** Listens on any loopback port, reaches loopback addresses; for tests and simulations. */
  public static final HostSettings LOOPBACK =
      new HostSettings(
          List.of(Multiaddrs.parse("/ip4/127.0.0.1/tcp/0")),
          List.of(),
          "kiln/test",
          List.of(Yamux.ID),
          true,
          Set.of(),
          Reach.of(List.of("127.0.0.0/8")),
          HostLimits.DEFAULT,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));

  /** Copies the collections. */
  public HostSettings {
    listen = List.copyOf(listen);
    peers = List.copyOf(peers);
    muxers = List.copyOf(muxers);
    allowedPeers = Set.copyOf(allowedPeers);
  }

  /** These with other multiplexers. */
  public HostSettings withMuxers(boolean early, String... muxers) {
    return new HostSettings(
        listen,
        peers,
        agent,
        List.of(muxers),
        early,
        allowedPeers,
        reach,
        limits,
        upgradeTime,
        idleTime);
  }

  /** These with other limits. */
  public HostSettings withLimits(HostLimits other, Duration upgrade, Duration idle) {
    return new HostSettings(
        listen, peers, agent, muxers, earlyMuxers, allowedPeers, reach, other, upgrade, idle);
  }

  /** These with other addresses to listen on and peers to stay connected to. */
  public HostSettings withAddresses(List<Multiaddr> listen, List<Multiaddr> peers) {
    return new HostSettings(
        listen,
        peers,
        agent,
        muxers,
        earlyMuxers,
        allowedPeers,
        reach,
        limits,
        upgradeTime,
        idleTime);
  }

  /** These, for a closed circle of peers. */
  public HostSettings withAllowedPeers(Set<PeerId> peersAllowed) {
    return new HostSettings(
        listen,
        peers,
        agent,
        muxers,
        earlyMuxers,
        peersAllowed,
        reach,
        limits,
        upgradeTime,
        idleTime);
  }
}
