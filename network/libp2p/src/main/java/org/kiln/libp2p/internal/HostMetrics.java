package org.kiln.libp2p.internal;

import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.libp2p.host.Host;
import org.kiln.libp2p.host.HostCounts;

/** The host's counters for {@code /metrics}. */
final class HostMetrics implements Metrics {
  private static final String ON = "kiln_network_on";
  private static final String ON_HELP = "1 while the node talks to others, 0 while it is not to.";
  private static final String PEERS = "kiln_peers";
  private static final String PEERS_HELP = "Peers connected.";

  /** Of a node that keeps to itself: whoever asks for peers finds that there are none. */
  static final Metrics OFF =
      () -> List.of(Sample.gauge(ON, ON_HELP, 0), Sample.gauge(PEERS, PEERS_HELP, 0));

  private final Host host;

  HostMetrics(Host host) {
    this.host = host;
  }

  @Override
  public List<Sample> samples() {
    HostCounts counts = host.counts();
    return List.of(
        Sample.gauge(ON, ON_HELP, 1),
        Sample.gauge(PEERS, PEERS_HELP, host.peers().size()),
        connections("inbound", counts.inbound()),
        connections("outbound", counts.outbound()),
        Sample.gauge(
            "kiln_peer_streams_inbound", "Streams peers have open.", counts.inboundStreams()),
        Sample.counter(
            "kiln_peer_refused_total",
            "Connections and streams of peers turned away for want of room.",
            counts.refused()));
  }

  private static Sample connections(String direction, int count) {
    return new Sample(
        "kiln_peer_connections",
        Type.GAUGE,
        "Connections to peers.",
        List.of("direction", direction),
        count);
  }
}
