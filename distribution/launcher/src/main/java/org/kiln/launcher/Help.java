package org.kiln.launcher;

import java.util.List;

/** What {@code kiln help} and the generated {@code kiln.properties} say. */
public final class Help {
  private static final int WIDTH = 96;

  private Help() {}

  static String commands() {
    return """
    kiln: a Ceramic node

      kiln daemon    run the node
      kiln status    how the running node is
      kiln peers     who is connected to it, over what, speaking which protocols, how they score, and how
                     Recon stands with them; block PEER, unblock PEER, forget MODEL
      kiln anchor    how its anchoring stands; 'kiln anchor now' sends what waits at once
      kiln access    who may operate it: list, add NAME [viewer|operator], remove, reset, audit
      kiln plugin    list, check JAR, install JAR, upgrade [--drop] JAR, rollback NAME, start NAME,
                     stop NAME, uninstall [--yes] NAME, history
      kiln index     the models whose documents it indexes: list, add MODEL, remove MODEL
      kiln rebuild   derive all states anew from the event log; --index: the index of documents from
                     the streams (the node must be stopped)
      kiln migrate   --from STORE --to STORE: move everything to another store; --undo takes it back
                     (the node must be stopped)
      kiln import    --from-ceramic-one DIR: take over, verified, what a ceramic-one has in its store
                     directory (both must be stopped); begun again it goes on
      kiln check     look through the whole store for damage: beside the node's work when it runs; exit
                     code 3 when something is not as it was written
      kiln rescue    save all that can be read of a damaged store into a new one and list what is lost
                     (the node must be stopped)
      kiln inspect   print what is in a StreamID, CommitID, EventId, CID, block, CAR or event
      kiln version   the release
      kiln help      this; 'kiln help settings' lists every setting

    Options of daemon, status, peers, anchor, rebuild, migrate, import, check and rescue
      --data DIR          the node's directory (~/.kiln)
      --http HOST:PORT    where the API listens (127.0.0.1:7007)
      --network NAME      the Ceramic network (inmemory)
      --config FILE       a settings file other than kiln.properties in the data directory
      --set KEY=VALUE     any setting; may be repeated

    A flag goes before the environment, the environment before the file.
    Exit codes: 0 stopped as asked, 1 failure, 2 settings, 3 data directory, 4 a bundle is missing something.
    """;
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
    List<String> lines = new java.util.ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
