package org.kiln.http.one;

import java.util.List;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.node.NodeInfo;

/** What is asked of the node itself. */
final class NodeRoutes {
  /** The version of the API that is served here, which is what clients go by. */
  static final String VERSION = "0.58.0";

  private final NodeInfo node;

  NodeRoutes(NodeInfo node) {
    this.node = node;
  }

  List<HttpRoute> endpoints() {
    return List.of(
        Endpoint.get("/liveness", call -> OneManners.empty(200)),
        new Endpoint("/version", 64 << 10, NodeRoutes::version, "GET", "POST"),
        Endpoint.get(
            "/config/network",
            call -> OneManners.json(Ipld.map("name", Ipld.of(node.network().name())))),
        Endpoint.get(
            "/debug/heap",
            call -> {
              throw Refusal.invalid("heap profiling not enabled");
            }));
  }

  private static HttpReply version(HttpCall call) {
    return OneManners.json(Ipld.map("version", Ipld.of(VERSION)));
  }
}
