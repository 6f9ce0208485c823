package org.kiln.launcher;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The settings as they hold for this run: defaults, then the file, the environment, the flags. */
final class Configuration {
  /** Variables that begin with KILN_ and are no settings. */
  private static final List<String> OTHER_VARIABLES =
      List.of("KILN_JAVA_OPTS", "KILN_HOME", "KILN_CONFIG");

  private final Map<String, String> values;
  private final Map<String, String> origins;
  private final Set<String> flags;
  private final Optional<Path> file;
  private final List<String> warnings;

  private Configuration(
      Map<String, String> values,
      Map<String, String> origins,
      Set<String> flags,
      Optional<Path> file,
      List<String> warnings) {
    this.values = values;
    this.origins = origins;
    this.flags = flags;
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
    Problems problems = new Problems();
    Configuration configuration = read(configFile, environment, flags, problems);
    problems.refuse();
    return configuration;
  }

  /** The same for a node that is to be started: also refuses what does not hold together. */
  static Configuration loadForStart(
      Path configFile, Map<String, String> environment, Map<String, String> flags)
      throws RefusedException {
    Problems problems = new Problems();
    Configuration configuration = read(configFile, environment, flags, problems);
    new Coherence(configuration).check(problems);
    problems.refuse();
    return configuration;
  }

  private static Configuration read(
      Path configFile,
      Map<String, String> environment,
      Map<String, String> flags,
      Problems problems)
      throws RefusedException {
    Map<String, String> origins = new LinkedHashMap<>();
    Map<String, String> fromFlags = new LinkedHashMap<>();
    flags.forEach((key, value) -> check(key, value, "Command line", fromFlags, problems));
    List<String> warnings = new ArrayList<>();
    Map<String, String> fromEnvironment = fromEnvironment(environment, warnings, problems);
    Map<String, String> fromFile;
    Path file = configFile;
    if (configFile != null) {
      fromFile = fromFile(configFile, true, origins, warnings, problems);
    } else {
      String data = Settings.require("data", "kiln").defaultValue();
      data = fromFlags.getOrDefault("data", fromEnvironment.getOrDefault("data", data));
      file = expand(data).resolve("kiln.properties");
      fromFile = fromFile(file, false, origins, warnings, problems);
      if (fromFile.remove("data") != null) {
        problems.add(
            file
                + ": the data directory cannot be set in a file that lies in the data directory."
                + " Use --data, KILN_DATA, or a file given with --config.");
      }
    }
    Map<String, String> given = new LinkedHashMap<>(fromFile);
    given.putAll(fromEnvironment);
    given.putAll(fromFlags);
    fromEnvironment.keySet().forEach(key -> origins.put(key, variable(key)));
    fromFlags.keySet().forEach(key -> origins.put(key, "command line"));
    Map<String, String> values = new LinkedHashMap<>();
    Settings.all().forEach(setting -> values.put(setting.key(), setting.defaultValue()));
    values.putAll(given);
    return new Configuration(
        values,
        Map.copyOf(origins),
        Set.copyOf(fromFlags.keySet()),
        fromFile.isEmpty() ? Optional.empty() : Optional.of(file),
        List.copyOf(warnings));
  }

  /** These settings with some replaced, which need not be known ones. */
  Configuration with(Map<String, String> others) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.putAll(others);
    return new Configuration(changed, origins, flags, file, warnings);
  }

  /** Whether somebody has set it, be it to its default. */
  boolean isGiven(String key) {
    return origins.containsKey(key);
  }

  /** Where a setting that somebody has set was set: a file and its line, a variable, a flag. */
  Optional<String> origin(String key) {
    return Optional.ofNullable(origins.get(key));
  }

  private static String variable(String key) {
    return Settings.find(key).map(Setting::environmentName).orElse(key);
  }

  /** Whether the command line says it. */
  boolean isFlag(String key) {
    return flags.contains(key);
  }

  /** The settings file, when there is one that sets something. */
  Optional<Path> settingsFile() {
    return file;
  }

  /** Puts the value in canonical form, or notes what is wrong with it. */
  private static void check(
      String key, String value, String origin, Map<String, String> checked, Problems problems) {
    if (PluginSettings.owns(key)) {
      checked.put(key, value);
      return;
    }
    problems.of(
        () -> {
          Setting setting = Settings.require(key, origin);
          checked.put(setting.key(), setting.check(value, origin));
        });
  }

  private static Map<String, String> fromFile(
      Path file,
      boolean required,
      Map<String, String> origins,
      List<String> warnings,
      Problems problems) {
    Map<String, String> values = new LinkedHashMap<>();
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      if (required) {
        problems.add("There is no file " + file + ".");
      }
      return values;
    } catch (CharacterCodingException e) {
      problems.add(file + " is not text in UTF-8.");
      return values;
    } catch (IOException e) {
      problems.add("Cannot read " + file + ": " + e.getMessage());
      return values;
    }
    Map<String, Integer> lines = new HashMap<>();
    for (PropertiesText.Entry entry : PropertiesText.entries(text, file.toString(), problems)) {
      Integer before = lines.put(entry.key(), entry.line());
      if (before != null) {
        warnings.add(
            file
                + ": "
                + entry.key()
                + " is set in line "
                + before
                + " and again in line "
                + entry.line()
                + ", which holds.");
      }
      String origin = file + " line " + entry.line();
      check(entry.key(), entry.value(), origin, values, problems);
      origins.put(entry.key(), origin);
    }
    return values;
  }

  private static Map<String, String> fromEnvironment(
      Map<String, String> environment, List<String> warnings, Problems problems) {
    Map<String, Setting> byVariable = new LinkedHashMap<>();
    Settings.all().forEach(setting -> byVariable.put(setting.environmentName(), setting));
    Map<String, String> values = new LinkedHashMap<>();
    for (String variable : new TreeSet<>(environment.keySet())) {
      Setting setting = byVariable.get(variable);
      if (setting != null) {
        problems.of(
            () -> values.put(setting.key(), setting.check(environment.get(variable), variable)));
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

  /** The texts of a setting that holds several. */
  List<String> items(String key) {
    String value = get(key);
    return value.isEmpty() ? List.of() : List.of(value.split(" "));
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
