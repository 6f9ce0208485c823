package org.kiln.launcher;

import java.io.PrintStream;
import java.util.Map;

/** {@code kiln anchor}: what anchoring of the running node does; {@code now}: send what waits. */
final class AnchorCommand {
  private final Configuration configuration;
  private final Answers answers;
  private final PrintStream out;

  AnchorCommand(Configuration configuration, Answers answers) {
    this.configuration = configuration;
    this.answers = answers;
    this.out = answers.out();
  }

  /** Shows how anchoring stands. */
  int show() throws RefusedException {
    return overview(AdminConnection.to(configuration));
  }

  /** Lets the node send all that waits or has failed, and shows how it stands when it has. */
  int now() throws RefusedException {
    AdminConnection node = AdminConnection.to(configuration);
    AdminConnection.Reply sent = node.reply("POST", "/admin/anchor/now");
    if (answers.json()) {
      answers.show(sent, words -> {});
      return number(sent.fields(), "left") > 0 ? Exit.FAILURE : Exit.OK;
    }
    int exit = sent(sent.orRefuse(), out);
    overview(node);
    return exit;
  }

  /** Tells what was sent; a script must not take for sent what is not. */
  static int sent(Map<String, String> answer, PrintStream out) {
    long requests = number(answer, "requests");
    long left = number(answer, "left");
    if (left > 0) {
      String which = left == 1 ? "One request is" : left + " requests are";
      out.println(which + " not sent yet: " + answer.get("why"));
      return Exit.FAILURE;
    }
    out.println(
        switch ((int) Math.min(2, requests)) {
          case 0 -> "Nothing new waits to be anchored.";
          case 1 -> "One request is sent now.";
          default -> requests + " requests are sent now.";
        });
    return Exit.OK;
  }

  private int overview(AdminConnection node) throws RefusedException {
    return answers.show(node.reply("GET", "/admin/anchor"), this::show);
  }

  private void show(Map<String, String> is) {
    out.println("Chain    " + is.get("chain") + ", " + mode(is));
    out.printf(
        "Waiting  %,d requests, and %,d that failed%n",
        number(is, "waiting"), number(is, "failed"));
    if (number(is, "held") > 0) {
      out.printf(
          "Held     %,d time events, until their streams can be judged%n", number(is, "held"));
    }
    if (is.containsKey("batch.number")) {
      out.printf(
          "Batch    number %s, %,d requests, %s%s%n",
          is.get("batch.number"), number(is, "batch.requests"), stage(is), retries(is));
      line("Root     ", is.get("batch.root"));
      line("Sent as  ", is.get("batch.reference"));
    }
    out.printf(
        "Done     %,d batches and %,d time events since the start%n",
        number(is, "batchesDone"), number(is, "eventsWritten"));
    line("Missing  ", is.get("obstacle"));
    line("Trouble  ", is.get("lastError"));
  }

  private void line(String title, String text) {
    if (text != null) {
      out.println(title + text);
    }
  }

  private static String mode(Map<String, String> is) {
    if (!"true".equals(is.get("enabled"))) {
      return "but requests are not taken (anchor.enabled is off)";
    }
    return "true".equals(is.get("automatic"))
        ? "batches begin by themselves"
        : "batches begin with 'kiln anchor now' only (anchor.automatic is off)";
  }

  private static String stage(Map<String, String> is) {
    return switch (is.getOrDefault("batch.stage", "")) {
      case "collecting" -> "being filled";
      case "ready" -> "being sent";
      case "submitted" -> "sent and not final yet";
      case "final" -> "final; time events are being written";
      case "failing" -> "failed for good";
      default -> is.getOrDefault("batch.stage", "?");
    };
  }

  private static String retries(Map<String, String> is) {
    long retries = number(is, "batch.retries");
    return retries == 0 ? "" : ", failed " + retries + " times in a row";
  }

  private static long number(Map<String, String> is, String name) {
    try {
      return Long.parseLong(is.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
