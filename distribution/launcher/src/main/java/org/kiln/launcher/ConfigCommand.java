package org.kiln.launcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code kiln config check}: whether a node would start with the settings, and whose they are. */
final class ConfigCommand {
  private final Answers answers;

  ConfigCommand(Answers answers) {
    this.answers = answers;
  }

  /** Reads the settings as a start does. */
  @FunctionalInterface
  interface Reading {
    Configuration read() throws RefusedException;
  }

  /** Exit code 2 when they cannot be used. */
  int run(List<String> words, Reading settings) throws RefusedException {
    if (!words.equals(List.of("check"))) {
      throw RefusedException.configuration(
          words.isEmpty()
              ? "Say 'kiln config check': that is all that kiln config does."
              : "kiln config knows check, not " + words.get(0) + ".");
    }
    Configuration configuration;
    try {
      configuration = settings.read();
      DataDirectory.refuseOther(configuration.dataDirectory(), configuration.get("network"));
    } catch (RefusedException e) {
      if (!answers.json()) {
        throw e;
      }
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("usable", false);
      members.put("problem", e.getMessage());
      answers.show(members);
      return e.exitCode();
    }
    show(configuration);
    return Exit.OK;
  }

  private void show(Configuration configuration) {
    List<String> given =
        configuration.all().keySet().stream().filter(configuration::isGiven).toList();
    if (answers.json()) {
      List<Object> settings = new ArrayList<>();
      for (String key : given) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("key", key);
        one.put("value", value(configuration, key));
        one.put("from", configuration.origin(key).orElseThrow());
        settings.add(one);
      }
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("usable", true);
      members.put("settings", settings);
      members.put("warnings", configuration.warnings());
      answers.show(members);
      return;
    }
    for (String key : given) {
      answers
          .out()
          .printf(
              "%s = %s    (%s)%n",
              key, value(configuration, key), configuration.origin(key).orElseThrow());
    }
    int others =
        Settings.all().size() - (int) given.stream().filter(Settings.keys()::contains).count();
    answers.out().println("All of it can be used; " + others + " settings are at their defaults.");
  }

  /** A plugin's may be anything, credentials too. */
  private static String value(Configuration configuration, String key) {
    Optional<Setting> setting = Settings.find(key);
    return setting
        .map(known -> known.kind().shown(configuration.get(key)))
        .orElse(SettingType.NOT_SHOWN);
  }
}
