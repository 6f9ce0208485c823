package org.kiln.http.v0;

import java.util.List;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.store.StoreException;
import org.kiln.api.stream.StreamId;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.core.stream.StreamPins;

/** {@code /node}: supported chains and the health check. */
final class NodeRoutes {
  private static final String HTML = "text/html; charset=utf-8";

  private final NodeInfo node;
  private final StreamPins pins;
  private final Startup startup;
  private final boolean readOnly;

  NodeRoutes(NodeInfo node, StreamPins pins, Startup startup, boolean readOnly) {
    this.node = node;
    this.pins = pins;
    this.startup = startup;
    this.readOnly = readOnly;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.get("/node/chains", this::chains),
        Endpoint.get("/node/healthcheck", this::health));
  }

  private HttpReply chains(HttpCall call) {
    JsonBytes out = new JsonBytes(64);
    if (readOnly) {
      return HttpReply.json(out.ascii("{}").toBytes());
    }
    out.ascii("{\"supportedChains\":[");
    List<String> chains = node.supportedChains();
    for (int i = 0; i < chains.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      out.text(chains.get(i));
    }
    return HttpReply.json(out.ascii("]}").toBytes());
  }

  private HttpReply health(HttpCall call) {
    Optional<String> pending = startup.pending();
    if (pending.isPresent()) {
      return HttpReply.text(503, HTML, "Starting, waits for " + pending.get());
    }
    boolean check = !call.query("checkIpfs").orElse("").equals("false");
    boolean alive = !check || storeAnswers();
    return HttpReply.text(alive ? 200 : 503, HTML, alive ? "Alive!" : "Event store unreachable");
  }

  private boolean storeAnswers() {
    try {
      // Any read shows whether the store is open; this one finds nothing, and costs next to
      // nothing.
      pins.pinned(StreamId.MODEL);
      return true;
    } catch (StoreException e) {
      return false;
    }
  }
}
