package org.kiln.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;

/** The bodies of answers that are errors. */
final class ErrorPages {
  private static final String HTML = "text/html; charset=utf-8";

  private ErrorPages() {}

  /** {@code {"error": message, "code": code, …details}}. */
  static HttpReply.Body problem(HttpProblem problem) {
    StringBuilder json = new StringBuilder(128);
    json.append("{\"error\":");
    quote(problem.getMessage(), json);
    json.append(",\"code\":");
    quote(problem.code(), json);
    new TreeMap<>(problem.details())
        .forEach(
            (name, value) -> {
              json.append(',');
              quote(name, json);
              json.append(':');
              quote(value, json);
            });
    json.append('}');
    return HttpReply.of(
            problem.status(),
            HttpReply.JSON,
            List.of(json.toString().getBytes(StandardCharsets.UTF_8)))
        .withHeaders(headers(problem));
  }

  /** What HTTP wants to be said with a problem, whatever its body looks like. */
  static Map<String, String> headers(HttpProblem problem) {
    Map<String, String> headers = new HashMap<>();
    problem
        .retry()
        .after()
        .ifPresent(time -> headers.put("Retry-After", Long.toString(wholeSeconds(time))));
    if (problem.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    int status = problem.status();
    if (status == 413 || status == 408 || status == 415 || problem.code().startsWith("body-")) {
      // The rest of the body is not read, so the connection cannot be used again.
      headers.put("Connection", "close");
    }
    return headers;
  }

  /** What is answered for a path nobody serves: below {@code /api/v0} as Express does. */
  static HttpReply notFound(String method, String path) {
    return ceramic(path)
        ? cannot(method, path)
        : problem(new HttpProblem(404, "not-found", "Cannot " + method + " " + path));
  }

  /** What is answered for a path that is served with other methods: as Express does, see above. */
  static HttpReply notAllowed(String method, String path, Collection<String> allowed) {
    if (ceramic(path)) {
      return cannot(method, path);
    }
    String methods = String.join(", ", allowed);
    HttpReply.Body problem =
        problem(
            new HttpProblem(
                405,
                "method-not-allowed",
                "Cannot " + method + " " + path + "; allowed: " + methods));
    return HttpReply.of(problem.status(), problem.contentType(), problem.parts())
        .withHeaders(Map.of("Allow", methods));
  }

  private static boolean ceramic(String path) {
    return Places.under(path, "/api/v0");
  }

  private static HttpReply cannot(String method, String path) {
    StringBuilder page = new StringBuilder(256);
    page.append(
            "<!DOCTYPE html>\n"
                + "<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Error</title></head>")
        .append("<body><pre>Cannot ");
    escape(method + " " + path, page);
    page.append("</pre></body></html>\n");
    return HttpReply.of(404, HTML, List.of(page.toString().getBytes(StandardCharsets.UTF_8)))
        .withHeaders(
            Map.of(
                "Content-Security-Policy",
                "default-src 'none'",
                "X-Content-Type-Options",
                "nosniff"));
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || Character.isSurrogate(c) && !paired(text, i)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  /** Whole seconds are all the header has: rather a little too late than in vain. */
  private static long wholeSeconds(Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }
}
