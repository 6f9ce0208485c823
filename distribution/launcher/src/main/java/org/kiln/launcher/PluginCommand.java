package org.kiln.launcher;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code kiln plugin}: looks at and changes the plugins of the running node. */
final class PluginCommand {
  static final String NAME = "plugin";

  /** What the new version does not serve any more is meant to go. */
  private static final String DROP = "--drop";

  /** What is asked is known, and answered with yes. */
  private static final String YES = "--yes";

  /** Flags that only this command has. */
  static final Set<String> FLAGS = Set.of(DROP, YES);

  private static final String PATH = "/admin/plugins";
  private static final long MAX_JAR_BYTES = 64L << 20;

  private final Configuration configuration;
  private final Answers answers;
  private final PrintStream out;

  PluginCommand(Configuration configuration, Answers answers) {
    this.configuration = configuration;
    this.answers = answers;
    this.out = answers.out();
  }

  int run(List<String> all) throws RefusedException {
    List<String> words = all.stream().filter(word -> !FLAGS.contains(word)).toList();
    boolean drop = all.contains(DROP);
    String verb = words.isEmpty() ? "list" : words.get(0);
    return switch (verb) {
      case "list" -> list();
      case "history" -> history();
      case "check" -> check(Path.of(word(words, verb, "JAR")), drop);
      case "install" -> say("POST", PATH, jar(word(words, verb, "JAR")));
      case "upgrade" -> upgrade(Path.of(word(words, verb, "JAR")), drop);
      case "rollback", "start", "stop" ->
          say("POST", one(word(words, verb, "NAME")) + "/" + verb, new byte[0]);
      case "uninstall" -> uninstall(one(word(words, verb, "NAME")), all.contains(YES));
      default ->
          throw RefusedException.configuration(
              "kiln plugin knows list, check JAR, install JAR, upgrade [--drop] JAR, rollback NAME,"
                  + " start NAME, stop NAME, uninstall [--yes] NAME and history, not "
                  + verb
                  + ".");
    };
  }

  private static String word(List<String> words, String verb, String what) throws RefusedException {
    if (words.size() != 2) {
      throw RefusedException.configuration("kiln plugin " + verb + " needs one " + what + ".");
    }
    return words.get(1);
  }

  private static byte[] jar(String file) throws RefusedException {
    Path path = Path.of(file);
    try {
      if (Files.size(path) > MAX_JAR_BYTES) {
        throw RefusedException.configuration(
            file + " has more than " + (MAX_JAR_BYTES >> 20) + " MiB.");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw RefusedException.configuration("Cannot read " + file + ".");
    }
  }

  private static String one(String name) {
    return PATH + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private AdminConnection node() throws RefusedException {
    return AdminConnection.to(configuration);
  }

  private int say(String method, String path, byte[] body) throws RefusedException {
    return say(node().reply(method, path, body));
  }

  private int say(AdminConnection.Reply reply) throws RefusedException {
    return answers.show(
        reply,
        answer -> {
          out.println(answer.get("message"));
          for (int i = 0; answer.containsKey("warnings." + i); i++) {
            out.println(answer.get("warnings." + i));
          }
        });
  }

  /** The jar says whose it is. */
  private int upgrade(Path file, boolean drop) throws RefusedException {
    byte[] jar = jar(file.toString());
    String name = node().ask("POST", PATH + "/check", jar).get("name");
    return say("POST", one(name) + "/upgrade" + (drop ? "?drop=true" : ""), jar);
  }

  /** Asks before streams lose what they depend on; who is no terminal says it with a flag. */
  private int uninstall(String path, boolean yes) throws RefusedException {
    if (yes) {
      return say("DELETE", path + "?confirm=true", new byte[0]);
    }
    AdminConnection.Reply reply = node().reply("DELETE", path);
    if (!"has-streams".equals(reply.fields().get("code"))) {
      return say(reply);
    }
    Console terminal = answers.json() ? null : System.console();
    if (terminal == null) {
      throw new RefusedException(
          Exit.FAILURE, reply.fields().get("error") + " To remove it all the same, say --yes.");
    }
    out.println(reply.fields().get("error"));
    String answer = terminal.readLine("Remove it all the same? [y/N] ");
    return answer != null && answer.strip().equalsIgnoreCase("y")
        ? say("DELETE", path + "?confirm=true", new byte[0])
        : Exit.FAILURE;
  }

  private int check(Path file, boolean drop) throws RefusedException {
    String path = PATH + "/check" + (drop ? "?drop=true" : "");
    AdminConnection.Reply reply = node().reply("POST", path, jar(file.toString()));
    answers.show(reply, this::showCheck);
    return reply.fields().containsKey("problems.0") ? Exit.FAILURE : Exit.OK;
  }

  private void showCheck(Map<String, String> is) {
    out.println(is.get("name") + " " + is.get("version") + ", SHA-256 " + is.get("sha256"));
    if (is.containsKey("installed.version")) {
      out.println("Installed is " + is.get("installed.version") + ".");
    }
    for (int i = 0; is.containsKey("problems." + i); i++) {
      out.println(is.get("problems." + i));
    }
    if (is.containsKey("problems.0")) {
      return;
    }
    for (int i = 0; is.containsKey("notes." + i); i++) {
      out.println(is.get("notes." + i));
    }
    out.println("Nothing speaks against it.");
  }

  private int list() throws RefusedException {
    return answers.show(node().reply("GET", PATH), this::showList);
  }

  private void showList(Map<String, String> is) {
    for (int i = 0; is.containsKey("plugins." + i + ".name"); i++) {
      String at = "plugins." + i + ".";
      if (!"true".equals(is.get(at + "swappable"))) {
        continue;
      }
      out.printf(
          "%-28s %-18s %-9s %-9s %s%n",
          is.get(at + "name"),
          is.get(at + "version"),
          is.get(at + "origin"),
          is.get(at + "state"),
          served(is, at));
      if (is.containsKey(at + "problem")) {
        out.println("  " + is.get(at + "problem"));
      }
    }
    if (is.containsKey("operation")) {
      out.println("Under way: " + is.get("operation"));
    }
  }

  private static String served(Map<String, String> is, String at) {
    List<String> served = new ArrayList<>();
    int i = 0;
    for (; is.containsKey(at + "serves." + i + ".key"); i++) {
      String offer = at + "serves." + i + ".";
      String streams = is.get(offer + "streams");
      if (served.size() < 2) {
        served.add(
            is.get(offer + "kind")
                + " "
                + is.get(offer + "key")
                + (streams == null ? "" : " (" + streams + " streams)"));
      }
    }
    return String.join(", ", served) + (i > 2 ? " and " + (i - 2) + " more" : "");
  }

  private int history() throws RefusedException {
    return answers.show(node().reply("GET", PATH + "/history?limit=50"), this::showHistory);
  }

  private void showHistory(Map<String, String> is) {
    for (int i = 0; is.containsKey("history." + i + ".at"); i++) {
      String at = "history." + i + ".";
      out.printf(
          "%s  %-14s %-10s %-12s %s%n",
          is.get(at + "at"),
          is.get(at + "who"),
          is.get(at + "operation"),
          is.get(at + "outcome"),
          is.get(at + "message"));
    }
  }
}
