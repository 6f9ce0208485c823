package org.kiln.launcher;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Settings of plugins, which the node hands on and knows nothing about: {@code plugin.PID.NAME},
 * where PID is the plugin's configuration. A value in brackets is a list.
 */
final class PluginSettings {
  private static final Pattern KEY =
      Pattern.compile("plugin\\.([A-Za-z0-9][A-Za-z0-9._-]{0,120})\\.([A-Za-z][A-Za-z0-9_]{0,60})");

  private PluginSettings() {}

  /** Whether the key is one of a plugin's setting. */
  static boolean owns(String key) {
    return KEY.matcher(key).matches();
  }

  /**
   * The bundles' configuration with that of the plugins.
   *
   * @param configuration a JSON object with the configuration of the node's own bundles
   * @param settings all settings
   * @throws IllegalArgumentException when a setting is for one of the node's own bundles
   */
  static String add(String configuration, Map<String, String> settings) {
    Map<String, Map<String, String>> byPid = new TreeMap<>();
    settings.forEach(
        (key, value) -> {
          Matcher matcher = KEY.matcher(key);
          if (matcher.matches()) {
            byPid
                .computeIfAbsent(matcher.group(1), pid -> new TreeMap<>())
                .put(matcher.group(2), json(value.strip()));
          }
        });
    Optional<String> ours =
        byPid.keySet().stream().filter(pid -> configuration.contains(Json.quote(pid))).findFirst();
    if (ours.isPresent()) {
      throw new IllegalArgumentException(
          "plugin." + ours.get() + ": that is a part of the node, which has settings of its own");
    }
    if (byPid.isEmpty()) {
      return configuration;
    }
    String more =
        byPid.entrySet().stream()
            .map(pid -> Json.quote(pid.getKey()) + ": " + object(pid.getValue()))
            .collect(Collectors.joining(",\n  "));
    int end = configuration.lastIndexOf('}');
    return configuration.substring(0, end).stripTrailing() + ",\n  " + more + "\n}\n";
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> Json.quote(member.getKey()) + ": " + member.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** Texts, since the plugin's component says what they are and turns them into it. */
  private static String json(String value) {
    if (!value.startsWith("[") || !value.endsWith("]")) {
      return Json.quote(value);
    }
    return Stream.of(value.substring(1, value.length() - 1).split(","))
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .map(Json::quote)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
