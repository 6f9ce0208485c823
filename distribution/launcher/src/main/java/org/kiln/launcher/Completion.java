package org.kiln.launcher;

import java.util.List;
import java.util.stream.Collectors;

/** {@code kiln completion}: what makes a shell complete commands, their words and settings. */
final class Completion {
  private Completion() {}

  static String of(List<String> words) throws RefusedException {
    String shell = words.size() == 1 ? words.get(0) : "";
    return switch (shell) {
      case "bash" -> bash();
      case "zsh" -> "autoload -Uz compinit bashcompinit && compinit && bashcompinit\n" + bash();
      case "fish" -> fish();
      default ->
          throw RefusedException.configuration(
              "kiln completion knows bash, zsh and fish"
                  + (shell.isEmpty() ? "." : ", not " + shell + "."));
    };
  }

  private static String bash() {
    StringBuilder cases = new StringBuilder();
    for (Command command : Commands.ALL) {
      cases.append("    ").append(command.name()).append(") words=\"");
      cases.append(String.join(" ", words(command))).append("\" ;;\n");
    }
    return """
    # Completion of kiln, made by 'kiln completion'.
    _kiln() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
      if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "%s --help --version" -- "$word"))
        return
      fi
      case $before in
        --set) COMPREPLY=($(compgen -S = -W "%s" -- "$word")); compopt -o nospace 2>/dev/null; return ;;
        --data|--config|--from-ceramic-one|install|upgrade|inspect|backup|restore) COMPREPLY=($(compgen -f -- "$word")); return ;;
      esac
      case ${COMP_WORDS[1]} in
    %s  esac
      COMPREPLY=($(compgen -W "$words" -- "$word"))
    }
    complete -o filenames -F _kiln kiln
    """
        .formatted(String.join(" ", Commands.names()), String.join(" ", Settings.keys()), cases);
  }

  private static List<String> words(Command command) {
    List<String> words = new java.util.ArrayList<>(command.verbs());
    if (command.name().equals("help")) {
      words.addAll(Commands.names());
    }
    words.addAll(command.flags());
    words.addAll(
        command.settings()
            ? Arguments.FLAGS.stream().filter(flag -> !flag.equals("--version")).toList()
            : List.of());
    return words;
  }

  private static String fish() {
    StringBuilder text =
        new StringBuilder(
            "# Completion of kiln, made by 'kiln completion'.\ncomplete -c kiln -f\n");
    for (Command command : Commands.ALL) {
      text.append("complete -c kiln -n __fish_use_subcommand -a ")
          .append(command.name())
          .append(" -d '")
          .append(command.summary().replace("'", "\\'"))
          .append("'\n");
      String after = "complete -c kiln -n '__fish_seen_subcommand_from " + command.name() + "' ";
      String verbs =
          words(command).stream()
              .filter(word -> !word.startsWith("-"))
              .collect(Collectors.joining(" "));
      if (!verbs.isEmpty()) {
        text.append(after).append("-a '").append(verbs).append("'\n");
      }
      for (String word : words(command)) {
        if (word.startsWith("--")) {
          text.append(after)
              .append("-l ")
              .append(word.substring(2))
              .append(values(word))
              .append('\n');
        }
      }
    }
    return text.toString();
  }

  private static String values(String flag) {
    return switch (flag) {
      case "--set" -> " -x -a '" + String.join("= ", Settings.keys()) + "='";
      case "--data", "--config", "--from-ceramic-one" -> " -r -F";
      case "--http", "--network", "--from", "--to" -> " -x";
      default -> "";
    };
  }
}
