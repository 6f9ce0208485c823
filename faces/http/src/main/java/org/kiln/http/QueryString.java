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
    Walk walk = new Walk(query);
    for (int count = 0; walk.next(); count++) {
      if (count == MAX_PARAMETERS) {
        throw new HttpProblem(
            400, "bad-url", "The URL has more than " + MAX_PARAMETERS + " parameters");
      }
      found.putIfAbsent(walk.name, walk.value);
    }
    return found;
  }

  /** All values of a parameter of a query that {@link #parse} takes. */
  static List<String> values(String query, String wanted) {
    List<String> found = new ArrayList<>();
    try {
      Walk walk = new Walk(query);
      while (walk.next()) {
        if (walk.name.equals(wanted)) {
          found.add(walk.value);
        }
      }
    } catch (HttpProblem e) {
      throw new IllegalStateException("The query was read before", e);
    }
    return found;
  }

  /** From parameter to parameter. */
  private static final class Walk {
    private final String query;
    private int from;
    private String name;
    private String value;

    Walk(String query) {
      this.query = query;
    }

    boolean next() throws HttpProblem {
      while (from <= query.length()) {
        int begin = from;
        int amp = query.indexOf('&', begin);
        int to = amp < 0 ? query.length() : amp;
        from = to + 1;
        if (to > begin) {
          int equals = query.indexOf('=', begin);
          boolean hasValue = equals >= 0 && equals < to;
          name = PercentCoding.decode(query.substring(begin, hasValue ? equals : to), true);
          value = hasValue ? PercentCoding.decode(query.substring(equals + 1, to), true) : "";
          return true;
        }
      }
      return false;
    }
  }
}
