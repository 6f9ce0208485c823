package org.kiln.launcher;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A feed that is followed over server-sent events. Where the connection ends it is asked for again,
 * from where it was.
 */
final class FollowedFeed {
  private static final long FIRST_WAIT_MS = 1_000;
  private static final long LONGEST_WAIT_MS = 30_000;

  private final SqlConnection connection;
  private final String sql;
  private final Map<String, String> queries;
  private String after;
  private boolean ever;
  private boolean connected;

  /** Takes what comes. */
  interface Taker {
    /** The line with the names of the columns, where the form has one; at each connection. */
    void columns(String line) throws IOException;

    /**
     * A row.
     *
     * @return whether more are wanted
     */
    boolean row(String text) throws IOException;
  }

  FollowedFeed(SqlConnection connection, String sql, String format, String after) {
    this.connection = connection;
    this.sql = sql;
    this.queries = new HashMap<>(Map.of("format", format));
    this.after = after;
  }

  /** Comes back when the feed has ended, or nothing more is wanted. */
  void follow(Taker taker) throws RefusedException, InterruptedException {
    long wait = FIRST_WAIT_MS;
    while (true) {
      connected = false;
      try {
        if (once(taker)) {
          return;
        }
      } catch (IOException e) {
        if (!ever) {
          throw connection.silent(e);
        }
      }
      wait = connected ? FIRST_WAIT_MS : Math.min(2 * wait, LONGEST_WAIT_MS);
      Thread.sleep(wait);
    }
  }

  /** One connection; whether it was the last. */
  private boolean once(Taker taker) throws IOException, RefusedException {
    queries.put("after", after);
    try (StreamedAnswer answer = connection.ask(sql, queries, "text/event-stream")) {
      if (answer.status() != 200) {
        boolean passes = ever && answer.status() / 100 == 5;
        if (!passes) {
          throw connection.refusal(answer);
        }
        return false;
      }
      ever = true;
      connected = true;
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
      return events(lines, taker);
    } catch (EOFException e) {
      return false;
    }
  }

  private boolean events(BufferedReader lines, Taker taker) throws IOException, RefusedException {
    String event = "message";
    String id = after;
    List<String> data = new ArrayList<>();
    String ends = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("ends: ")) {
        ends = line.substring(6);
      } else if (line.startsWith("data: ") || line.equals("data:")) {
        data.add(line.length() > 5 ? line.substring(6) : "");
      } else if (line.isEmpty()) {
        switch (event) {
          case "end" -> {
            return true;
          }
          case "problem" -> problem(text(data, ends));
          case "columns" -> taker.columns(text(data, ends));
          default -> {
            // A row may be an empty text; what has no line of data at all is none.
            if (!data.isEmpty() && !taker.row(text(data, ends))) {
              return true;
            }
            after = id;
          }
        }
        event = "message";
        ends = "";
        data.clear();
      }
    }
    return false;
  }

  /** The lines as one text, with the ends that they had where the node tells them. */
  private static String text(List<String> lines, String ends) {
    String[] between = ends.split(" ");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      if (i > 0) {
        text.append(
            switch (i <= between.length ? between[i - 1] : "") {
              case "CR" -> "\r";
              case "CRLF" -> "\r\n";
              default -> "\n";
            });
      }
      text.append(lines.get(i));
    }
    return text.toString();
  }

  /** What passes is waited for. */
  private static void problem(String json) throws IOException, RefusedException {
    Map<String, String> fields = JsonFields.read(json);
    if (!"sql-unavailable".equals(fields.get("code"))) {
      throw new RefusedException(Exit.FAILURE, fields.getOrDefault("message", json));
    }
  }
}
