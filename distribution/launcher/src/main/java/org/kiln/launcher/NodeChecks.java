package org.kiln.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the running node says of itself and of its peers. */
final class NodeChecks {
  private static final int PATIENCE_MS = 10_000;
  private static final String LEVEL = ".level";

  private final Configuration configuration;
  private final boolean runs;

  NodeChecks(Configuration configuration, boolean runs) {
    this.configuration = configuration;
    this.runs = runs;
  }

  List<Finding> findings() {
    List<Finding> found = new ArrayList<>();
    if (!runs) {
      found.add(Finding.ok("Node", "does not run in " + configuration.dataDirectory()));
      return found;
    }
    try {
      AdminConnection node = AdminConnection.to(configuration);
      LocalHttp.Answer health = LocalHttp.get(node.place(), "/health", PATIENCE_MS);
      parts(JsonFields.read(health.body()), found);
      found.add(peers(node.ask("GET", "/admin/peers")));
    } catch (RefusedException | IOException e) {
      found.add(
          Finding.bad(
              "Node", "It runs, but cannot be asked: " + e.getMessage(), "See logs/kiln.log."));
    }
    return found;
  }

  private static void parts(Map<String, String> health, List<Finding> found) {
    if (health.containsKey("starting")) {
      found.add(
          Finding.warning("Node", "It is starting: " + health.get("starting"), "Ask again soon."));
    }
    int well = 0;
    for (Map.Entry<String, String> field : health.entrySet()) {
      if (!field.getKey().startsWith("parts.") || !field.getKey().endsWith(LEVEL)) {
        continue;
      }
      String at = field.getKey().substring(0, field.getKey().length() - LEVEL.length());
      String text = at.substring("parts.".length()) + ": " + health.get(at + ".message");
      switch (field.getValue()) {
        case "UP" -> well++;
        case "DOWN" -> found.add(Finding.bad("Node", text, "See logs/kiln.log."));
        default -> found.add(Finding.warning("Node", text, ""));
      }
    }
    found.add(Finding.ok("Node", well + " parts are well"));
  }

  private static Finding peers(Map<String, String> is) {
    if (!"true".equals(is.get("on"))) {
      return Finding.ok("Peers", "The network is off (network.enabled)");
    }
    String connected = is.get("connected");
    return "0".equals(connected)
        ? Finding.warning(
            "Peers",
            "Nobody is connected: nothing comes from other nodes, and nothing reaches them",
            "Name nodes in network.peers, see network.bootstrap, and let the ports of"
                + " network.listen through your firewall.")
        : Finding.ok("Peers", connected + " connected");
  }
}
