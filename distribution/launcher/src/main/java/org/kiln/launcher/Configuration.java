package org.kiln.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The settings as they hold for this run: defaults, then the file, the environment, the flags. */
final class Configuration {
  /** Variables that begin with KILN_ and are no settings. */
  private static final List<String> OTHER_VARIABLES =
      List.of("KILN_JAVA_OPTS", "KILN_HOME", "KILN_CONFIG");

  private final Map<String, String> values;
  private final Set<String> given;
  private final Optional<Path> file;
  private final List<String> warnings;

  private Configuration(
      Map<String, String> values, Set<String> given, Optional<Path> file, List<String> warnings) {
    this.values = values;
    this.given = given;
    this.file = file;
    this.warnings = warnings;
  }

  /**
   * Reads everything.
   *
   * @param configFile the file that was asked for, or null for the one in the data directory
   * @param environment the process's environment
   * @param flags key to value, from the command line
   */
  static Configuration load(
      Path configFile, Map<String, String> environment, Map<String, String> flags)
      throws RefusedException {
    Map<String, String> fromFlags = checked(flags, "Command line");
    List<String> warnings = new ArrayList<>();
    Map<String, String> fromEnvironment = fromEnvironment(environment, warnings);
    Map<String, String> fromFile;
    Path file = configFile;
    if (configFile != null) {
      fromFile = fromFile(configFile, true);
    } else {
      String data = Settings.require("data", "kiln").defaultValue();
      data = fromFlags.getOrDefault("data", fromEnvironment.getOrDefault("data", data));
      file = expand(data).resolve("kiln.properties");
      fromFile = fromFile(file, false);
      if (fromFile.containsKey("data")) {
        throw RefusedException.configuration(
            file
                + ": the data directory cannot be set in a file that lies in the data directory."
                + " Use --data, KILN_DATA, or a file given with --config.");
      }
    }
    Map<String, String> given = new LinkedHashMap<>(fromFile);
    given.putAll(fromEnvironment);
    given.putAll(fromFlags);
    Map<String, String> values = new LinkedHashMap<>();
    Settings.all().forEach(setting -> values.put(setting.key(), setting.defaultValue()));
    values.putAll(given);
    return new Configuration(
        values,
        given.keySet(),
        fromFile.isEmpty() ? Optional.empty() : Optional.of(file),
        List.copyOf(warnings));
  }

  /** These settings with some replaced, which need not be known ones. */
  Configuration with(Map<String, String> others) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.putAll(others);
    return new Configuration(changed, given, file, warnings);
  }

  /** Whether somebody has set it, be it to its default. */
  boolean isGiven(String key) {
    return given.contains(key);
  }

  /** The settings file, when there is one that sets something. */
  Optional<Path> settingsFile() {
    return file;
  }

  private static Map<String, String> checked(Map<String, String> raw, String origin)
      throws RefusedException {
    Map<String, String> checked = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : raw.entrySet()) {
      if (PluginSettings.owns(entry.getKey())) {
        checked.put(entry.getKey(), entry.getValue());
        continue;
      }
      Setting setting = Settings.require(entry.getKey(), origin);
      checked.put(setting.key(), setting.check(entry.getValue(), origin));
    }
    return checked;
  }

  private static Map<String, String> fromFile(Path file, boolean required) throws RefusedException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      if (required) {
        throw RefusedException.configuration("There is no file " + file + ".");
      }
      return Map.of();
    } catch (IOException e) {
      throw RefusedException.configuration("Cannot read " + file + ": " + e.getMessage());
    }
    Properties properties = new Properties();
    try (Reader reader = new StringReader(text)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw RefusedException.configuration(file + " is not a properties file: " + e.getMessage());
    }
    Map<String, String> raw = new LinkedHashMap<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      raw.put(key, properties.getProperty(key));
    }
    return checked(raw, file.toString());
  }

  private static Map<String, String> fromEnvironment(
      Map<String, String> environment, List<String> warnings) throws RefusedException {
    Map<String, Setting> byVariable = new LinkedHashMap<>();
    Settings.all().forEach(setting -> byVariable.put(setting.environmentName(), setting));
    Map<String, String> values = new LinkedHashMap<>();
    for (String variable : new TreeSet<>(environment.keySet())) {
      Setting setting = byVariable.get(variable);
      if (setting != null) {
        values.put(setting.key(), setting.check(environment.get(variable), variable));
      } else if (variable.startsWith("KILN_") && !OTHER_VARIABLES.contains(variable)) {
        // Not refused: Kubernetes gives every pod KILN_PORT and the like when a service is called
        // kiln.
        warnings.add(
            "The environment variable "
                + variable
                + " is no setting and is ignored."
                + Suggestion.sentence(variable, byVariable.keySet()));
      }
    }
    return values;
  }

  /** The value of a setting, in canonical form. */
  String get(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("There is no setting " + key);
    }
    return value;
  }

  /** All settings, those of plugins among them. */
  Map<String, String> all() {
    return Collections.unmodifiableMap(values);
  }

  HostPort httpAddress() {
    return HostPort.parse(get("http.address"));
  }

  Path dataDirectory() {
    return expand(get("data"));
  }

  /** The file a setting names; a relative path lies in the data directory. */
  Path file(String key) {
    String value = get(key);
    return value.startsWith("~") ? expand(value) : dataDirectory().resolve(value).normalize();
  }

  /** Sentences about the environment that the user should see. */
  List<String> warnings() {
    return warnings;
  }

  static Path expand(String directory) {
    String home = System.getProperty("user.home", ".");
    String path =
        directory.equals("~")
            ? home
            : directory.startsWith("~/") ? home + directory.substring(1) : directory;
    return Path.of(path).toAbsolutePath().normalize();
  }
}
