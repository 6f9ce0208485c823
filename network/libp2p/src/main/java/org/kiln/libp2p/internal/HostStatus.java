package org.kiln.libp2p.internal;

import org.kiln.api.ipld.Ipld;
import org.kiln.core.node.StatusSection;
import org.kiln.libp2p.host.Host;

/** Who the node is to its peers, under the name that clients of the v0 API look for. */
final class HostStatus implements StatusSection {
  private final Host host;

  HostStatus(Host host) {
    this.host = host;
  }

  @Override
  public String name() {
    return "ipfs";
  }

  @Override
  public Ipld value() {
    Ipld[] addresses =
        host.addresses().stream()
            .map(address -> Ipld.of(address.withPeer(host.self()).toString()))
            .toArray(Ipld[]::new);
    return Ipld.map("peerId", Ipld.of(host.self().toString()), "addresses", Ipld.list(addresses));
  }
}
