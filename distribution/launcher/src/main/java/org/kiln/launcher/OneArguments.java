package org.kiln.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asked of {@code ceramic-one daemon}, by its command line and environment.
 *
 * @param values option, as {@code --store-dir}, to raw value; of a switch {@code true}
 */
record OneArguments(Map<String, String> values) {

  /** Reads the words after {@code daemon}; the command line goes before the environment. */
  static OneArguments parse(List<String> words, Map<String, String> environment)
      throws RefusedException {
    Map<String, String> values = new LinkedHashMap<>();
    for (OneOption option : OneOption.ALL) {
      String value = environment.get(option.variable());
      if (value != null) {
        values.put(option.name(), value);
      }
    }
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      boolean joined = word.matches("-[a-z].+"); // -b127.0.0.1:5101
      String name = equals > 0 ? word.substring(0, equals) : joined ? word.substring(0, 2) : word;
      OneOption option = OneOption.find(name).orElseThrow(() -> unknown(name));
      String value;
      if (equals > 0) {
        value = word.substring(equals + 1);
      } else if (joined) {
        value = word.substring(2).replaceFirst("^=", "");
      } else if (option.isSwitch()) {
        value = "true";
      } else if (i + 1 < words.size()) {
        value = words.get(++i);
      } else {
        throw RefusedException.configuration("The option " + option.name() + " needs a value.");
      }
      values.put(option.name(), value);
    }
    return new OneArguments(values);
  }

  private static RefusedException unknown(String name) {
    return RefusedException.configuration(
        "ceramic-one 0.58 has no option "
            + name
            + "."
            + Suggestion.sentence(name, OneOption.ALL.stream().map(OneOption::name).toList())
            + " 'ceramic-one --help' lists them; any setting of Kiln's can be given in the"
            + " environment, 'kiln help settings' lists those.");
  }

  /** The value of an option; empty when nobody gave one. */
  Optional<String> get(String option) {
    return Optional.ofNullable(values.get(option)).filter(value -> !value.isBlank());
  }

  /** The items of an option that takes several. */
  List<String> items(String option) {
    return get(option).stream()
        .flatMap(value -> List.of(value.split(",")).stream())
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }
}
