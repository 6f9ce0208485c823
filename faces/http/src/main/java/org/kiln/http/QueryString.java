package org.kiln.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpProblem;

/** The parameters of a URL. */
final class QueryString {
  private static final int MAX_PARAMETERS = 100;

  private QueryString() {}

  /**
   * Parses the text after the question mark; of a repeated name the first value counts.
   *
   * @throws HttpProblem 400 when it is badly encoded or has too many parameters
   */
  static Map<String, String> parse(String query) throws HttpProblem {
    if (query == null || query.isEmpty()) {
      return Map.of();
    }
    Map<String, String> found = new LinkedHashMap<>();
    int[] count = {0};
    walk(
        query,
        (name, value) -> {
          found.putIfAbsent(name, value);
          if (++count[0] > MAX_PARAMETERS) {
            throw new HttpProblem(
                400, "bad-url", "The URL has more than " + MAX_PARAMETERS + " parameters");
          }
        });
    return found;
  }

  /** All values of a parameter of a query that {@link #parse} takes. */
  static List<String> values(String query, String wanted) {
    List<String> found = new ArrayList<>();
    try {
      walk(
          query,
          (name, value) -> {
            if (name.equals(wanted)) {
              found.add(value);
            }
          });
    } catch (HttpProblem e) {
      throw new IllegalStateException("The query was read before", e);
    }
    return found;
  }

  private interface Sink {
    void take(String name, String value) throws HttpProblem;
  }

  private static void walk(String query, Sink sink) throws HttpProblem {
    int from = 0;
    while (from <= query.length()) {
      int amp = query.indexOf('&', from);
      int to = amp < 0 ? query.length() : amp;
      if (to > from) {
        int equals = query.indexOf('=', from);
        boolean hasValue = equals >= 0 && equals < to;
        String name = PercentCoding.decode(query.substring(from, hasValue ? equals : to), true);
        String value = hasValue ? PercentCoding.decode(query.substring(equals + 1, to), true) : "";
        sink.take(name, value);
      }
      from = to + 1;
    }
  }
}
