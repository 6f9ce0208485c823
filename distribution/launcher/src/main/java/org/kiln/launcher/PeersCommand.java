package org.kiln.launcher;

import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code kiln peers}: who the running node is to others, who is connected, over what, speaking
 * which protocols, how they score, and how Recon stands with them; and who is not spoken with.
 */
final class PeersCommand {
  private static final String RECON = "/admin/recon";

  /** What a node answers that does not serve a route. */
  private static final int NONE = 404;

  private final Configuration configuration;
  private final Answers answers;
  private final PrintStream out;

  PeersCommand(Configuration configuration, Answers answers) {
    this.configuration = configuration;
    this.answers = answers;
    this.out = answers.out();
  }

  int run(List<String> words) throws RefusedException {
    if (words.isEmpty()) {
      return overview(AdminConnection.to(configuration));
    }
    return switch (words.get(0)) {
      case "block" -> say("PUT", RECON + "/blocked/", words, "PEER");
      case "unblock" -> say("DELETE", RECON + "/blocked/", words, "PEER");
      case "forget" -> say("DELETE", RECON + "/interests/", words, "MODEL");
      default ->
          throw RefusedException.configuration(
              "kiln peers knows block PEER, unblock PEER and forget MODEL, not "
                  + words.get(0)
                  + ".");
    };
  }

  private int overview(AdminConnection node) throws RefusedException {
    AdminConnection.Reply network = node.reply("GET", "/admin/peers");
    AdminConnection.Reply recon = node.reply("GET", RECON);
    network.orRefuse();
    boolean spoken = recon.status() != NONE;
    if (spoken) {
      recon.orRefuse();
    }
    if (answers.json()) {
      Map<String, Object> both = new LinkedHashMap<>();
      both.put("network", new Json.Raw(network.body()));
      both.put("recon", spoken ? new Json.Raw(recon.body()) : null);
      answers.show(both);
    } else {
      Map<String, String> is = network.fields();
      show(is, Instant.now(), out);
      if (isOn(is)) {
        ReconText.show(spoken ? recon.fields() : Map.of(), out);
      }
    }
    return Exit.OK;
  }

  private int say(String method, String path, List<String> words, String wanted)
      throws RefusedException {
    if (words.size() != 2) {
      throw RefusedException.configuration(
          "kiln peers " + words.get(0) + " needs one " + wanted + ".");
    }
    String encoded = URLEncoder.encode(words.get(1), StandardCharsets.UTF_8);
    AdminConnection.Reply reply = AdminConnection.to(configuration).reply(method, path + encoded);
    if (reply.status() == NONE) {
      throw new RefusedException(
          Exit.FAILURE,
          "Recon is off: nothing is said to anybody (network.enabled, recon.enabled).");
    }
    return answers.show(reply, is -> out.println(is.get("message")));
  }

  private static boolean isOn(Map<String, String> network) {
    return "true".equals(network.get("on"));
  }

  /** Prints the answer of a node. */
  static void show(Map<String, String> is, Instant now, PrintStream out) {
    if (!isOn(is)) {
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
