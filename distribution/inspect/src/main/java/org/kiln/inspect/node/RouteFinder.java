package org.kiln.inspect.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;

/** Finds the route of a request by the rules of {@link HttpRoute#pattern}. */
final class RouteFinder {
  private record Known(HttpRoute route, List<String> segments) {}

  private final List<Known> known;

  /**
   * A route with the variables of its pattern.
   *
   * @param route the route
   * @param variables percent-decoded
   */
  record Found(HttpRoute route, Map<String, String> variables) {}

  RouteFinder(List<HttpRoute> routes) {
    known = new ArrayList<>();
    routes.forEach(route -> known.add(new Known(route, RequestTarget.split(route.pattern()))));
    // Fixed segments win over variables.
    known.sort(Comparator.comparing(RouteFinder::shape));
  }

  /** The kinds of the segments; routes are tried in the order of their shapes. */
  private static String shape(Known known) {
    StringBuilder shape = new StringBuilder();
    known.segments().forEach(segment -> shape.append(isVariable(segment) ? 'v' : 'f'));
    return shape.toString();
  }

  /** The route that serves the request; 404 when none does. */
  Found find(String method, RequestTarget target) throws HttpProblem {
    for (Known candidate : known) {
      if (candidate.route().methods().contains(method)) {
        Map<String, String> variables = new HashMap<>();
        if (fits(candidate.segments(), target.segments(), variables)) {
          return new Found(candidate.route(), variables);
        }
      }
    }
    throw new HttpProblem(404, "not-found", "Nothing serves " + method + " " + target.path());
  }

  private static boolean fits(
      List<String> pattern, List<String> segments, Map<String, String> variables) {
    if (pattern.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < pattern.size(); i++) {
      String wanted = pattern.get(i);
      String given = segments.get(i);
      if (isVariable(wanted)) {
        if (given.isEmpty()) {
          return false;
        }
        variables.put(wanted.substring(1, wanted.length() - 1), given);
      } else if (!wanted.equalsIgnoreCase(given)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{");
  }
}
