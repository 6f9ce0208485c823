package org.kiln.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The part of {@code kiln status} about plugins that read the feed: a line for each reader. */
final class FeedReaders {
  private FeedReaders() {}

  /** Prints the answer of a node; nothing when nobody reads. */
  static void show(Map<String, String> feed, Instant now, PrintStream out) {
    for (int i = 0; feed.containsKey("readers." + i + ".name"); i++) {
      out.println("Reader   " + reader(feed, "readers." + i + ".", now));
    }
    for (int i = 0; feed.containsKey("refused." + i + ".plugin"); i++) {
      String at = "refused." + i + ".";
      out.println(
          "Reader   of " + feed.get(at + "plugin") + " is not called: " + feed.get(at + "reason"));
    }
  }

  private static String reader(Map<String, String> feed, String at, Instant now) {
    StringBuilder line =
        new StringBuilder(feed.get(at + "name"))
            .append(" of ")
            .append(feed.get(at + "plugin"))
            .append(": ")
            .append(feed.get(at + "state"));
    String state = feed.get(at + "state");
    if (state.equals("failing") || state.equals("hanging")) {
      Instant since = Instant.ofEpochMilli(Long.parseLong(feed.get(at + "since")));
      line.append(" for ").append(time(Duration.between(since, now)));
    }
    String position = feed.get(at + "position");
    line.append(position == null ? ", has not said where it is" : ", at " + position);
    line.append(behind(feed.get(at + "behind"), feed.get(at + "behindMs")));
    String reason = feed.get(at + "reason");
    return reason == null ? line.toString() : line.append(": ").append(reason).toString();
  }

  private static String behind(String entries, String millis) {
    if (entries == null || entries.equals("0")) {
      return "";
    }
    String time =
        millis == null || millis.equals("0")
            ? ""
            : " (" + time(Duration.ofMillis(Long.parseLong(millis))) + ")";
    return ", " + entries + " behind" + time;
  }

  private static String time(Duration time) {
    if (time.toHours() >= 2) {
      return time.toHours() + " hours";
    } else if (time.toMinutes() >= 2) {
      return time.toMinutes() + " minutes";
    }
    return Math.max(0, time.toSeconds()) + " s";
  }
}
