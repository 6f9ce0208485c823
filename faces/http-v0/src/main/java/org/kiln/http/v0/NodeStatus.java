package org.kiln.http.v0;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.NetworkId;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.StatusSection;

/** The node's status: what it knows of itself, and what its parts tell. */
final class NodeStatus {
  private final NodeInfo node;
  private final Supplier<List<StatusSection>> sections;
  private final InstantSource clock;

  NodeStatus(NodeInfo node, Supplier<List<StatusSection>> sections, InstantSource clock) {
    this.node = node;
    this.sections = sections;
    this.clock = clock;
  }

  Ipld.Map now() {
    Ipld.Map status =
        Ipld.map(
            "runId", Ipld.of(node.runId()),
            "uptimeMs", Ipld.of(clock.millis() - node.startedAt()),
            "network", Ipld.of(node.network().name()),
            "anchor", anchor(),
            "ipfs", Ipld.map("peerId", Ipld.of(""), "addresses", Ipld.list()));
    for (StatusSection section : sections.get()) {
      status = status.with(section.name(), section.value());
    }
    return status;
  }

  /** What clients expect to be there even where no part of the node anchors. */
  private Ipld anchor() {
    List<String> chains = node.supportedChains();
    String service = node.network().equals(NetworkId.INMEMORY) ? "<inmemory>" : "";
    return Ipld.map(
        "anchorServiceUrl",
        Ipld.of(service),
        "ethereumRpcEndpoint",
        Ipld.NULL,
        "chainId",
        chains.isEmpty() ? Ipld.NULL : Ipld.of(chains.get(0)));
  }
}
