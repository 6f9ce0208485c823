package org.kiln.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The parsed pattern of a route.
 *
 * @param text the pattern as its route wrote it
 * @param segments its segments, fixed ones in lower case, variables as {@link #VARIABLE}
 * @param variables the variables' names in their order
 * @param positions the segment each variable stands in
 */
record PathPattern(String text, List<String> segments, List<String> variables, int[] positions) {
  /** Stands for any one segment. */
  static final String VARIABLE = "{}";

  /**
   * Parses {@code /fixed/{variable}}.
   *
   * @throws IllegalArgumentException when the text is no pattern
   */
  static PathPattern parse(String text) {
    String[] parts = Segments.split(text);
    if (parts == null) {
      throw new IllegalArgumentException("Route pattern '" + text + "' is not a path");
    }
    List<String> segments = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (String part : parts) {
      if (part.startsWith("{") && part.endsWith("}") && part.length() > 2) {
        variables.add(part.substring(1, part.length() - 1));
        positions.add(segments.size());
        segments.add(VARIABLE);
      } else if (part.isEmpty() || part.indexOf('{') >= 0 || part.indexOf('}') >= 0) {
        throw new IllegalArgumentException(
            "Route pattern '" + text + "' has the bad segment '" + part + "'");
      } else {
        segments.add(part.toLowerCase(Locale.ROOT));
      }
    }
    return new PathPattern(
        text,
        List.copyOf(segments),
        List.copyOf(variables),
        positions.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The same for every pattern that serves the same paths. */
  String shape() {
    return "/" + String.join("/", segments);
  }

  /** The segment a variable stands in. */
  int position(String variable) {
    int index = variables.indexOf(variable);
    if (index < 0) {
      throw new IllegalArgumentException(
          "Route pattern '" + text + "' has no variable '" + variable + "'");
    }
    return positions[index];
  }
}
