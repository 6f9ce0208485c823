package org.kiln.inspect.node;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpProblem;

/**
 * The target of a request, taken apart.
 *
 * @param path as written, without query
 * @param segments the path's segments, percent-decoded
 * @param queries the first value of each parameter
 */
record RequestTarget(String path, List<String> segments, Map<String, String> queries) {

  static RequestTarget parse(String target) throws HttpProblem {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    try {
      // A plus is a space in the query only.
      List<String> segments =
          split(path).stream()
              .map(text -> URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8))
              .toList();
      Map<String, String> queries = new LinkedHashMap<>();
      for (String pair : mark < 0 ? new String[0] : target.substring(mark + 1).split("&")) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        if (!pair.isEmpty()) {
          queries.putIfAbsent(
              URLDecoder.decode(name, StandardCharsets.UTF_8),
              URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
      }
      return new RequestTarget(path, segments, queries);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "bad-url", "The URL contains a bad percent escape");
    }
  }

  /** The segments of a path or pattern; the slash at its end does not matter. */
  static List<String> split(String path) {
    return List.of(path.replaceFirst("^/", "").replaceFirst("/$", "").split("/", -1));
  }
}
