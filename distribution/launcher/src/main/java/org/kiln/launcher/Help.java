package org.kiln.launcher;

import java.util.List;

/** What {@code kiln help} and the generated {@code kiln.properties} say. */
public final class Help {
  private static final int WIDTH = 96;

  private Help() {}

  private static final int NAME_WIDTH = 13;

  /** Width of the words of a form; longer ones have a line of their own. */
  private static final int WORDS_WIDTH = 34;

  private static final String OPTIONS =
      """
        --data DIR          the node's directory (~/.kiln)
        --http HOST:PORT    where the API listens (127.0.0.1:7007)
        --network NAME      the Ceramic network (inmemory)
        --config FILE       a settings file other than kiln.properties in the data directory
        --set KEY=VALUE     any setting; may be repeated
      """;

  private static final String EXIT_CODES =
      "Exit codes: 0 as asked, 1 failure, 2 settings, 3 data directory, 4 a bundle is missing"
          + " something.\n";

  /** All commands, a line each. */
  static String commands() {
    StringBuilder text = new StringBuilder("kiln: a Ceramic node\n\n");
    for (Command command : Commands.ALL) {
      text.append("  kiln ").append(padded(command.name(), NAME_WIDTH));
      text.append(command.summary()).append('\n');
    }
    return text.append("\nOptions of all that have to do with a node\n")
        .append(OPTIONS)
        .append("\nA flag goes before the environment, the environment before the file.\n")
        .append(EXIT_CODES)
        .toString();
  }

  /** One command, with all the ways to call it. */
  static String command(Command command) {
    StringBuilder text =
        new StringBuilder("kiln " + command.name() + ": " + command.summary() + "\n\n");
    String margin = "  " + " ".repeat(WORDS_WIDTH);
    for (Command.Form form : command.forms()) {
      String words = ("kiln " + command.name() + " " + form.words()).strip();
      List<String> lines = wrap(form.text(), WIDTH - margin.length());
      text.append("  ");
      if (words.length() < WORDS_WIDTH) {
        text.append(padded(words, WORDS_WIDTH)).append(lines.removeFirst()).append('\n');
      } else {
        text.append(words).append('\n');
      }
      lines.forEach(line -> text.append(margin).append(line).append('\n'));
    }
    if (command.json()) {
      text.append("\n  --json              the same as one JSON text, for scripts\n");
    }
    if (command.settings()) {
      text.append(command.json() ? "" : "\n").append(OPTIONS);
    }
    return text.append('\n').append(EXIT_CODES).toString();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  static String settings() {
    StringBuilder text = new StringBuilder();
    String section = "";
    for (Setting setting : Settings.all()) {
      if (!setting.section().equals(section)) {
        section = setting.section();
        text.append(text.isEmpty() ? "" : "\n").append(section).append('\n');
      }
      String value = setting.defaultValue().isEmpty() ? "(empty)" : setting.defaultValue();
      text.append("\n  ").append(setting.key()).append(" = ").append(value).append('\n');
      wrap(setting.text()).forEach(line -> text.append("      ").append(line).append('\n'));
      text.append("      ")
          .append(capital(setting.kind().words()))
          .append("; ")
          .append(setting.environmentName())
          .append(" in the environment.\n");
    }
    return text.toString();
  }

  /**
   * A settings file in which every line is a comment, so that the defaults hold until one is
   * changed.
   */
  public static String propertiesFile() {
    StringBuilder text =
        new StringBuilder(
            """
            # Settings of a Kiln node. Every key is here with its default; take the # away to change one.
            # Copy this file to the data directory, or name it with --config.
            # The environment (KILN_HTTP_ADDRESS for http.address) and flags go before this file.
            """);
    String section = "";
    for (Setting setting : Settings.all()) {
      if (!setting.section().equals(section)) {
        section = setting.section();
        text.append("\n# ---- ").append(section).append(" ----\n");
      }
      text.append('\n');
      wrap(setting.text() + " " + capital(setting.kind().words()) + ".")
          .forEach(line -> text.append("# ").append(line).append('\n'));
      text.append('#')
          .append(setting.key())
          .append('=')
          .append(setting.defaultValue())
          .append('\n');
    }
    return text.toString();
  }

  private static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static List<String> wrap(String text) {
    return wrap(text, WIDTH);
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new java.util.ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
