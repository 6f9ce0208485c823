package org.kiln.http.sql;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;

/**
 * What is asked.
 *
 * @param sql the statement
 * @param values texts by the names of the statement's parameters, with the dollar
 * @param form what the rows are to look like
 * @param pushed whether rows are to be pushed as they come, by server-sent events
 * @param after where a feed goes on
 * @param over whether the feed has come to its end before; browsers ask again all the same
 */
record Question(
    String sql, Map<String, String> values, Form form, boolean pushed, long after, boolean over) {
  /** The id of the event that ends a feed. */
  static final String END = "end";

  private static final String EVENTS = "text/event-stream";

  static Question of(HttpCall call) throws HttpProblem {
    String sql =
        call.query("sql")
            .filter(text -> !text.isBlank())
            .orElseThrow(
                () ->
                    new HttpProblem(
                        400, "invalid", "There is no statement: ?sql=SELECT … is what is asked"));
    String accept = call.header("Accept").orElse("").toLowerCase(Locale.ROOT);
    // An EventSource that comes back says where it was, and still has its old address.
    String after =
        call.header("Last-Event-ID")
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .or(() -> call.query("after"))
            .orElse("0");
    boolean over = after.equals(END);
    Map<String, String> values = new LinkedHashMap<>();
    call.queries()
        .forEach(
            (name, value) -> {
              if (name.startsWith("$")) {
                values.put(name, value);
              }
            });
    return new Question(
        sql,
        values,
        Form.of(call.query("format"), accept),
        accept.contains(EVENTS),
        over ? 0 : number(after),
        over);
  }

  private static long number(String text) throws HttpProblem {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new HttpProblem(
        400, "invalid", "A feed goes on after a number, the id of the last event that came");
  }

  /** The statement's values. */
  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
