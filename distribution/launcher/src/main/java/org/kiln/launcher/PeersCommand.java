package org.kiln.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code kiln peers}: who the running node is to others, who is connected, over what, speaking
 * which protocols, and how they score.
 */
final class PeersCommand {
  private final Configuration configuration;
  private final PrintStream out;

  PeersCommand(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.out = out;
  }

  int run() throws RefusedException {
    show(AdminConnection.to(configuration).ask("GET", "/admin/peers"), Instant.now(), out);
    return Exit.OK;
  }

  /** Prints the answer of a node. */
  static void show(Map<String, String> is, Instant now, PrintStream out) {
    if (!"true".equals(is.get("on"))) {
      out.println("The network is off: this node keeps to itself (network.enabled).");
      return;
    }
    out.println("Peer      " + is.get("self"));
    List<String> addresses = list(is, "addresses");
    if (addresses.isEmpty()) {
      out.println("Listens   nowhere, it only dials");
    }
    for (int i = 0; i < addresses.size(); i++) {
      out.println((i == 0 ? "Listens   " : "          ") + addresses.get(i));
    }
    out.println("Connected " + is.get("connected"));
    for (int i = 0; is.containsKey("peers." + i + ".id"); i++) {
      peer(is, "peers." + i + ".", now, out);
    }
  }

  private static void peer(Map<String, String> is, String at, Instant now, PrintStream out) {
    String agent = is.getOrDefault(at + "agent", "");
    out.println();
    out.println(is.get(at + "id") + (agent.isEmpty() ? "" : "  " + agent));
    out.println(
        "  "
            + ("true".equals(is.get(at + "outbound")) ? "dialled at  " : "came from   ")
            + is.get(at + "address")
            + ", "
            + ago(is.get(at + "since"), now)
            + ", "
            + is.get(at + "muxer"));
    List<String> protocols = list(is, at + "protocols");
    out.println(
        "  protocols   " + (protocols.isEmpty() ? "not said yet" : String.join(" ", protocols)));
    List<String> scores = new ArrayList<>();
    for (int i = 0; is.containsKey(at + "scores." + i + ".by"); i++) {
      String score = at + "scores." + i + ".";
      double value = Double.parseDouble(is.get(score + "score"));
      scores.add(is.get(score + "by") + " " + String.format(Locale.ROOT, "%.1f", value));
    }
    if (!scores.isEmpty()) {
      out.println("  score       " + String.join(", ", scores));
    }
  }

  private static List<String> list(Map<String, String> is, String name) {
    List<String> items = new ArrayList<>();
    for (int i = 0; is.containsKey(name + "." + i); i++) {
      items.add(is.get(name + "." + i));
    }
    return items;
  }

  private static String ago(String sinceMs, Instant now) {
    Duration time = Duration.between(Instant.ofEpochMilli(Long.parseLong(sinceMs)), now);
    if (time.toHours() >= 48) {
      return "for " + time.toDays() + " days";
    } else if (time.toMinutes() >= 120) {
      return "for " + time.toHours() + " hours";
    } else if (time.toSeconds() >= 120) {
      return "for " + time.toMinutes() + " minutes";
    }
    return "for " + Math.max(0, time.toSeconds()) + " s";
  }
}
