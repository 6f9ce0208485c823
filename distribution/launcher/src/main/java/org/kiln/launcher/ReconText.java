package org.kiln.launcher;

import java.io.PrintStream;
import java.util.Map;

/** How Recon stands with peers, for {@code kiln peers}. */
final class ReconText {
  private ReconText() {}

  /** Prints the answer of a node; one that does not speak it has said nothing. */
  static void show(Map<String, String> is, PrintStream out) {
    out.println();
    if (is.isEmpty()) {
      out.println("Recon     is off (recon.enabled)");
      return;
    }
    int wanted = 0;
    for (; is.containsKey("interests." + wanted + ".model"); wanted++) {
      out.println((wanted == 0 ? "Recon     wants " : "          wants ") + interest(is, wanted));
    }
    if (wanted == 0) {
      out.println("Recon     wants nothing: no interests are set, nor asked for by clients");
    }
    for (int i = 0; is.containsKey("blocked." + i + ".peer"); i++) {
      String at = "blocked." + i + ".";
      out.println(
          "          blocks "
              + is.get(at + "peer")
              + ("true".equals(is.get(at + "setting")) ? " (a setting)" : ""));
    }
    for (int i = 0; is.containsKey("peers." + i + ".peer"); i++) {
      peer(is, "peers." + i + ".", out);
    }
  }

  private static String interest(Map<String, String> is, int index) {
    String at = "interests." + index + ".";
    StringBuilder text = new StringBuilder(is.get(at + "model"));
    for (String more : new String[] {"controller", "stream"}) {
      String value = is.get(at + more);
      if (value != null) {
        text.append(", ").append(more).append(' ').append(value);
      }
    }
    return text.append("true".equals(is.get(at + "setting")) ? " (a setting)" : "").toString();
  }

  private static void peer(Map<String, String> is, String at, PrintStream out) {
    String state =
        switch (is.getOrDefault(at + "state", "")) {
          case "in-sync" -> "in sync";
          case "differs" -> "had not the same";
          case "nothing-shared" -> "want nothing of the same";
          default -> "failed";
        };
    out.println();
    out.println(is.get(at + "peer") + "  " + is.get(at + "about") + ": " + state);
    out.println(
        "  last talk   "
            + is.get(at + "secondsAgo")
            + " s ago, "
            + is.get(at + "common")
            + " interests in common, "
            + is.get(at + "keysIn")
            + " keys in, "
            + is.get(at + "keysOut")
            + " out, "
            + is.get(at + "keysBad")
            + " bad");
    if (!"0".equals(is.get(at + "failures"))) {
      out.println(
          "  rests       for "
              + is.get(at + "restSeconds")
              + " s, after "
              + is.get(at + "failures")
              + " failures in a row");
    }
    String complaint = is.get(at + "complaint");
    if (complaint != null) {
      out.println("  because     " + complaint);
    }
  }
}
