package org.kiln.net.kad.internal;

import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.net.kad.Kademlia;
import org.kiln.net.kad.ProviderStore;

/** Kademlia's counters for {@code /metrics}. */
record KadMetrics(Kademlia wan, Kademlia lan, ProviderStore providers) implements Metrics {
  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.gauge("kiln_kad_table_peers", "Peers in the routing table.", wan.tableSize()),
        Sample.gauge(
            "kiln_kad_lan_table_peers",
            "Peers in the routing table of the local network.",
            lan.tableSize()),
        Sample.gauge("kiln_kad_providers", "Claims of providers that are kept.", providers.size()),
        Sample.counter(
            "kiln_kad_questions_total",
            "Questions of peers answered.",
            wan.servedCount() + lan.servedCount()));
  }
}
