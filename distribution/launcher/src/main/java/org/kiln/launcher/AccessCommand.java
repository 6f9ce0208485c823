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
  private final PrintStream out;

  AccessCommand(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.out = out;
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
    Map<String, String> is = AdminConnection.to(configuration).ask("GET", "/admin/credentials");
    for (int i = 0; is.containsKey("credentials." + i + ".name"); i++) {
      String at = "credentials." + i + ".";
      out.printf(
          "%-20s %-9s since %s%n",
          is.get(at + "name"), is.get(at + "role"), is.get(at + "createdAt"));
    }
    out.println(is.get("sessions") + " sessions are open.");
    return Exit.OK;
  }

  private int audit() throws RefusedException {
    Map<String, String> is =
        AdminConnection.to(configuration).ask("GET", "/admin/audit?limit=" + AUDIT_LINES);
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
    return Exit.OK;
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
    AdminConnection.to(configuration).ask("DELETE", path(words.get(1)));
    out.println(words.get(1) + " may do nothing any more.");
    return Exit.OK;
  }

  /** A node that stands still has nobody to ask: its next start makes a new operator. */
  private int reset(String name) throws RefusedException {
    Path data = configuration.dataDirectory();
    if (DataDirectory.readState(data).isPresent()) {
      return put(name, "{}");
    }
    try {
      if (!Files.deleteIfExists(data.resolve("access").resolve("credentials"))) {
        out.println("There are no credentials in " + data + ".");
        return Exit.FAILURE;
      }
    } catch (IOException e) {
      throw RefusedException.storage("Cannot remove the credentials: " + e.getMessage());
    }
    out.println("All credentials are gone. The next start makes a new operator and shows it.");
    return Exit.OK;
  }

  private int put(String name, String body) throws RefusedException {
    Map<String, String> made =
        AdminConnection.to(configuration)
            .ask("PUT", path(name), body.getBytes(StandardCharsets.UTF_8));
    out.println(
        made.get("role")
            + " "
            + made.get("name")
            + ", password "
            + made.get("password")
            + " (shown only now)");
    return Exit.OK;
  }

  private static String path(String name) {
    return "/admin/credentials/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }
}
