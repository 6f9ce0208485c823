package org.kiln.itests.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The PromQL that the distribution ships, held to what a node says of itself. */
final class Expressions {
  private static final Pattern SELECTOR =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{[^}]*\\})?(\\s*\\()?");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
  private static final Pattern SAMPLE = Pattern.compile("([a-z_:A-Z0-9]+)(?:\\{(.*)\\})? \\S+");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "offset", "bool");

  /** What Prometheus itself knows of each target. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("job", "instance");

  private final Map<String, Set<String>> known = new HashMap<>();

  /** Held to that answer of {@code /metrics}. */
  Expressions(String metrics) {
    for (String line : metrics.split("\n")) {
      Matcher sample = SAMPLE.matcher(line);
      if (!line.startsWith("#") && sample.matches()) {
        Set<String> labels = known.computeIfAbsent(sample.group(1), name -> new HashSet<>());
        Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
        while (label.find()) {
          labels.add(label.group(1));
        }
      }
    }
  }

  /** All expressions of a dashboard of Grafana. */
  static List<String> ofDashboard(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
    dashboard.findValues("expr").forEach(expression -> found.add(expression.asText()));
    return found;
  }

  /** All expressions of a file of alerts, in which each has a line. */
  static List<String> ofAlerts(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("expr: "))
        .map(line -> line.substring("expr: ".length()))
        .toList();
  }

  /** What an expression asks for that the node does not say. */
  Set<String> unknown(String expression) {
    Set<String> unknown = new TreeSet<>();
    Set<String> labels = new HashSet<>(LABELS_OF_PROMETHEUS);
    String rest = GROUPING.matcher(expression).replaceAll(" ").replaceAll("\\[[^\\]]*\\]", " ");
    Matcher selector = SELECTOR.matcher(rest);
    while (selector.find()) {
      String name = selector.group(1);
      boolean function = selector.group(3) != null && selector.group(2) == null;
      if (function || WORDS.contains(name) || OF_PROMETHEUS.contains(name)) {
        continue;
      }
      Set<String> its = known.get(name);
      if (its == null) {
        unknown.add(name);
        continue;
      }
      labels.addAll(its);
      Matcher label = LABEL.matcher(selector.group(2) == null ? "" : selector.group(2));
      while (label.find()) {
        if (!its.contains(label.group(1)) && !LABELS_OF_PROMETHEUS.contains(label.group(1))) {
          unknown.add(name + "{" + label.group(1) + "}");
        }
      }
    }
    Matcher grouping = GROUPING.matcher(expression);
    while (grouping.find()) {
      for (String label : grouping.group(1).split("\\s*,\\s*")) {
        if (!labels.contains(label)) {
          unknown.add("by " + label);
        }
      }
    }
    return unknown;
  }
}
