package org.kiln.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code kiln access}: who may view and operate the node, and what they did. */
final class AccessCommand {
  private static final int AUDIT_LINES = 50;

  private final Configuration configuration;
  private final Answers answers;
  private final PrintStream out;

  AccessCommand(Configuration configuration, Answers answers) {
    this.configuration = configuration;
    this.answers = answers;
    this.out = answers.out();
  }

  int run(List<String> words) throws RefusedException {
    String verb = words.isEmpty() ? "list" : words.get(0);
    String name = words.size() > 1 ? words.get(1) : "operator";
    return switch (verb) {
      case "list" -> list();
      case "audit" -> audit();
      case "reset" -> reset(name);
      case "add" -> add(words);
      case "remove" -> remove(words);
      default ->
          throw RefusedException.configuration(
              "kiln access knows list, add NAME [viewer|operator], remove NAME, reset [NAME] and"
                  + " audit, not "
                  + verb
                  + ".");
    };
  }

  private int list() throws RefusedException {
    return answers.show(
        AdminConnection.to(configuration).reply("GET", "/admin/credentials"), this::showList);
  }

  private void showList(Map<String, String> is) {
    for (int i = 0; is.containsKey("credentials." + i + ".name"); i++) {
      String at = "credentials." + i + ".";
      out.printf(
          "%-20s %-9s since %s%n",
          is.get(at + "name"), is.get(at + "role"), is.get(at + "createdAt"));
    }
    out.println(is.get("sessions") + " sessions are open.");
  }

  private int audit() throws RefusedException {
    return answers.show(
        AdminConnection.to(configuration).reply("GET", "/admin/audit?limit=" + AUDIT_LINES),
        this::showAudit);
  }

  private void showAudit(Map<String, String> is) {
    for (int i = 0; is.containsKey("entries." + i + ".at"); i++) {
      String at = "entries." + i + ".";
      out.printf(
          "%s  %-16s %-15s %s: %s%n",
          is.get(at + "at"),
          is.get(at + "who"),
          is.get(at + "from"),
          is.get(at + "action"),
          is.get(at + "outcome"));
    }
  }

  private int add(List<String> words) throws RefusedException {
    if (words.size() < 2) {
      throw RefusedException.configuration("kiln access add needs a NAME.");
    }
    String role = words.size() > 2 ? words.get(2) : "viewer";
    return put(words.get(1), "{\"role\":" + Json.quote(role) + "}");
  }

  private int remove(List<String> words) throws RefusedException {
    if (words.size() < 2) {
      throw RefusedException.configuration("kiln access remove needs a NAME.");
    }
    return answers.show(
        AdminConnection.to(configuration).reply("DELETE", path(words.get(1))),
        is -> out.println(words.get(1) + " may do nothing any more."));
  }

  /** A node that stands still has nobody to ask: its next start makes a new operator. */
  private int reset(String name) throws RefusedException {
    Path data = configuration.dataDirectory();
    if (DataDirectory.readState(data).isPresent()) {
      return put(name, "{}");
    }
    try {
      if (!Files.deleteIfExists(data.resolve("access").resolve("credentials"))) {
        throw new RefusedException(Exit.FAILURE, "There are no credentials in " + data + ".");
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot remove the credentials: " + e.getMessage());
    }
    if (answers.json()) {
      answers.show(Map.of("forgotten", true));
    } else {
      out.println("All credentials are gone. The next start makes a new operator and shows it.");
    }
    return Exit.OK;
  }

  private int put(String name, String body) throws RefusedException {
    return answers.show(
        AdminConnection.to(configuration)
            .reply("PUT", path(name), body.getBytes(StandardCharsets.UTF_8)),
        made ->
            out.println(
                made.get("role")
                    + " "
                    + made.get("name")
                    + ", password "
                    + made.get("password")
                    + " (shown only now)"));
  }

  private static String path(String name) {
    return "/admin/credentials/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }
}
