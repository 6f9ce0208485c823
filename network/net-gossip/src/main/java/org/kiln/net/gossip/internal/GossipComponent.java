package org.kiln.net.gossip.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.net.NetworkProtocol;
import org.kiln.api.net.PeerNetwork;
import org.kiln.core.net.PeerScore;
import org.kiln.core.net.PubSub;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.NodeInfo;
import org.kiln.net.gossip.Gossip;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Attaches gossip to the node's peer connections when there are any. */
@Component(
    name = "org.kiln.net.gossip",
    immediate = true,
    service = {})
public final class GossipComponent {
  private final Gossip gossip;
  private final List<ServiceRegistration<?>> published = new ArrayList<>();

  /** Begins to gossip. */
  @Activate
  public GossipComponent(
      @Reference PeerNetwork network, @Reference NodeInfo node, BundleContext context)
      throws IOException {
    gossip =
        new Gossip(network, node.dataDirectory().resolve("libp2p").resolve("gossip.seqno")).start();
    published.add(context.registerService(NetworkProtocol.class, gossip, null));
    published.add(context.registerService(PubSub.class, gossip, null));
    published.add(context.registerService(PeerScore.class, gossip, null));
    published.add(context.registerService(Metrics.class, this::samples, null));
  }

  private List<Metrics.Sample> samples() {
    Gossip.Numbers numbers = gossip.numbers();
    return List.of(
        Metrics.Sample.gauge("kiln_gossip_peers", "Peers that gossip.", numbers.peers()),
        Metrics.Sample.counter(
            "kiln_gossip_published_total", "Messages of our own.", numbers.published()),
        Metrics.Sample.counter(
            "kiln_gossip_received_total", "New messages of others.", numbers.received()),
        Metrics.Sample.counter(
            "kiln_gossip_duplicates_total", "Messages known already.", numbers.duplicates()),
        Metrics.Sample.counter(
            "kiln_gossip_rejected_total",
            "Messages that were not signed or not valid.",
            numbers.rejected()));
  }

  /** Leaves the network. */
  @Deactivate
  void deactivate() {
    published.reversed().forEach(ServiceRegistration::unregister);
    gossip.close();
  }
}
