package org.kiln.launcher;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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
    StringBuilder data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data.append(data.isEmpty() ? "" : "\n").append(line.substring(6));
      } else if (line.isEmpty()) {
        switch (event) {
          case "end" -> {
            return true;
          }
          case "problem" -> problem(data.toString());
          case "columns" -> taker.columns(data.toString());
          default -> {
            if (!data.isEmpty() && !taker.row(data.toString())) {
              return true;
            }
            after = id;
          }
        }
        event = "message";
        data.setLength(0);
      }
    }
    return false;
  }

  /** What passes is waited for. */
  private static void problem(String json) throws IOException, RefusedException {
    Map<String, String> fields = JsonFields.read(json);
    if (!"sql-unavailable".equals(fields.get("code"))) {
      throw new RefusedException(Exit.FAILURE, fields.getOrDefault("message", json));
    }
  }
}
