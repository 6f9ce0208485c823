package org.kiln.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line.
 *
 * @param command the first word
 * @param flags settings, key to raw value
 * @param configFile from --config, or null
 * @param words what is neither command nor flag
 */
record Arguments(String command, Map<String, String> flags, Path configFile, List<String> words) {
  private static final Map<String, String> SHORT =
      Map.of(
          "--data", "data",
          "--http", "http.address",
          "--network", "network");

  /** Options of all commands. */
  static final List<String> FLAGS =
      List.of("--data", "--http", "--network", "--config", "--set", "--help", "--version");

  static Arguments parse(List<String> line) throws RefusedException {
    String command = line.isEmpty() ? "help" : line.get(0);
    if (command.equals("--help") || command.equals("-h")) {
      command = "help";
    } else if (command.equals("--version") || command.equals("-v")) {
      command = "version";
    }
    Optional<Command> known = Commands.find(command);
    Map<String, String> flags = new LinkedHashMap<>();
    Path configFile = null;
    List<String> words = new ArrayList<>();
    for (int i = 1; i < line.size(); i++) {
      String word = line.get(i);
      if (!word.startsWith("-") || ownFlag(known, word)) {
        words.add(word);
        continue;
      }
      if (word.equals("--help") || word.equals("-h")) {
        return new Arguments("help", Map.of(), null, List.of(command));
      }
      int equals = word.startsWith("--set=") ? 5 : word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (!SHORT.containsKey(name) && !name.equals("--config") && !name.equals("--set")) {
        throw RefusedException.configuration(
            "There is no option "
                + name
                + "."
                + Suggestion.sentence(name, options(known))
                + known.map(one -> " 'kiln help " + one.name() + "'").orElse(" 'kiln help'")
                + " lists them.");
      }
      String value;
      if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (i + 1 < line.size()) {
        value = line.get(++i);
      } else {
        throw RefusedException.configuration("The option " + name + " needs a value.");
      }
      if (name.equals("--config")) {
        configFile = Configuration.expand(value);
      } else if (name.equals("--set")) {
        int split = value.indexOf('=');
        if (split <= 0) {
          throw RefusedException.configuration("--set needs KEY=VALUE, not " + value + ".");
        }
        flags.put(value.substring(0, split).strip(), value.substring(split + 1));
      } else {
        flags.put(SHORT.get(name), value);
      }
    }
    return new Arguments(command, flags, configFile, List.copyOf(words));
  }

  /** Flags that only this command has are words of its own. */
  private static boolean ownFlag(Optional<Command> command, String word) {
    return command.map(known -> known.flags().contains(word.split("=", 2)[0])).orElse(false);
  }

  /** The same without a word; whether it was there tells {@link #has}. */
  Arguments without(String word) {
    List<String> others = words.stream().filter(other -> !other.equals(word)).toList();
    return new Arguments(command, flags, configFile, others);
  }

  /** Whether that word was said. */
  boolean has(String word) {
    return words.contains(word);
  }

  private static List<String> options(Optional<Command> command) {
    List<String> options = new ArrayList<>(FLAGS);
    command.ifPresent(known -> options.addAll(known.flags()));
    return options;
  }

  /** Refuses words a command has no use for. */
  void noWords() throws RefusedException {
    if (!words.isEmpty()) {
      throw RefusedException.configuration(
          "kiln " + command + " does not know what to do with '" + words.get(0) + "'.");
    }
  }
}
