package org.kiln.launcher;

import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code kiln index}: the models whose documents the running node indexes, and changing them. */
final class IndexCommand {
  private static final String PATH = "/admin/index";
  private static final int NAME_WIDTH = 24;
  private static final String LINE = "%-" + NAME_WIDTH + "s %-64s %10s  %s%n";

  private final Configuration configuration;
  private final PrintStream out;

  IndexCommand(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.out = out;
  }

  int run(List<String> words) throws RefusedException {
    String verb = words.isEmpty() ? "list" : words.get(0);
    return switch (verb) {
      case "list" -> list(words);
      case "add" -> say("PUT", model(words));
      case "remove" -> say("DELETE", model(words));
      default ->
          throw RefusedException.configuration(
              "kiln index knows list, add MODEL and remove MODEL, not " + verb + ".");
    };
  }

  private static String model(List<String> words) throws RefusedException {
    if (words.size() != 2) {
      throw RefusedException.configuration(
          "kiln index " + words.get(0) + " needs one MODEL, a StreamID.");
    }
    return words.get(1);
  }

  private int say(String method, String model) throws RefusedException {
    String path = PATH + "/" + URLEncoder.encode(model, StandardCharsets.UTF_8);
    out.println(AdminConnection.to(configuration).ask(method, path).get("message"));
    return Exit.OK;
  }

  private int list(List<String> words) throws RefusedException {
    if (words.size() > 1) {
      throw RefusedException.configuration("kiln index list needs nothing else.");
    }
    show(AdminConnection.to(configuration).ask("GET", PATH), out);
    return Exit.OK;
  }

  /** Prints the answer of a node. */
  static void show(Map<String, String> is, PrintStream out) {
    if (!is.containsKey("models.0.model")) {
      out.println("No model is indexed. 'kiln index add MODEL' begins with one.");
    } else {
      out.printf(LINE, "NAME", "MODEL", "DOCUMENTS", "STATE");
    }
    for (int i = 0; is.containsKey("models." + i + ".model"); i++) {
      String at = "models." + i + ".";
      out.printf(
          LINE,
          name(is.getOrDefault(at + "name", "?")),
          is.get(at + "model"),
          is.getOrDefault(at + "documents", "?"),
          state(is, at));
    }
    if (is.containsKey("trouble")) {
      out.println("The index does not go on: " + is.get("trouble"));
    }
  }

  /** Whatever its author called it, on one line. */
  private static String name(String name) {
    String line = name.replaceAll("\\s+", " ");
    return line.length() <= NAME_WIDTH ? line : line.substring(0, NAME_WIDTH - 1) + "…";
  }

  private static String state(Map<String, String> is, String at) {
    String reached = is.get(at + "filling.reached");
    String state = reached == null ? "complete" : filled(reached, is.get(at + "filling.until"));
    List<String> indices = new ArrayList<>();
    for (int i = 0; is.containsKey(at + "indices." + i + ".0"); i++) {
      List<String> fields = new ArrayList<>();
      for (int j = 0; is.containsKey(at + "indices." + i + "." + j); j++) {
        fields.add(is.get(at + "indices." + i + "." + j));
      }
      indices.add(String.join("+", fields));
    }
    return indices.isEmpty() ? state : state + ", indices: " + String.join(" ", indices);
  }

  private static String filled(String reached, String until) {
    long done = Long.parseLong(reached);
    return "filling in, " + done * 100 / Math.max(1, Long.parseLong(until)) + " %";
  }
}
