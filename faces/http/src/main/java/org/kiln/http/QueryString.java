package org.kiln.http;

import java.util.LinkedHashMap;
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
    int from = 0;
    while (from <= query.length()) {
      int amp = query.indexOf('&', from);
      int to = amp < 0 ? query.length() : amp;
      if (to > from) {
        int equals = query.indexOf('=', from);
        boolean hasValue = equals >= 0 && equals < to;
        String name = PercentCoding.decode(query.substring(from, hasValue ? equals : to), true);
        String value = hasValue ? PercentCoding.decode(query.substring(equals + 1, to), true) : "";
        found.putIfAbsent(name, value);
        if (found.size() > MAX_PARAMETERS) {
          throw new HttpProblem(
              400, "bad-url", "The URL has more than " + MAX_PARAMETERS + " parameters");
        }
      }
      from = to + 1;
    }
    return found;
  }
}
