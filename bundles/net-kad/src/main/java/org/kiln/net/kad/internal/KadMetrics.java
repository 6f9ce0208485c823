package org.kiln.net.kad.internal;

import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.net.kad.Kademlia;

/** Kademlia's counters for {@code /metrics}. */
final class KadMetrics implements Metrics {
  private final Kademlia kad;

  KadMetrics(Kademlia kad) {
    this.kad = kad;
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.gauge("kiln_kad_table_peers", "Peers in the routing table.", kad.tableSize()),
        Sample.gauge(
            "kiln_kad_providers", "Claims of providers that are kept.", kad.providerCount()),
        Sample.counter(
            "kiln_kad_questions_total", "Questions of peers answered.", kad.servedCount()));
  }
}
