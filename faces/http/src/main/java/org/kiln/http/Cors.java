package org.kiln.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Cross-origin rules as js-ceramic's: an origin is allowed when any of the expressions is found in
 * it, and is then echoed with credentials allowed, because clients fetch with {@code credentials:
 * include}. Thread-safe.
 */
public final class Cors {
  private static final int REMEMBERED = 256;
  private static final int MAX_ORIGIN_CHARS = 512;

  private final List<Pattern> allowed;
  private final boolean everyone;
  // Browsers send the same few origins: no expression is run for each request.
  private final Map<String, Boolean> known = new ConcurrentHashMap<>();

  /**
   * Rules.
   *
   * @param allowedOrigins regular expressions; {@code .*} allows every origin
   * @throws java.util.regex.PatternSyntaxException when one is no expression
   */
  public Cors(List<String> allowedOrigins) {
    this.everyone = allowedOrigins.contains(".*");
    this.allowed = allowedOrigins.stream().map(Pattern::compile).toList();
  }

  /** Adds the headers of an ordinary answer. */
  void mark(HttpServletRequest request, HttpServletResponse response) {
    response.setHeader("Vary", "Origin");
    String origin = request.getHeader("Origin");
    if (origin != null) {
      mark(origin, response::setHeader);
    }
  }

  private void mark(String origin, BiConsumer<String, String> headers) {
    if (allows(origin)) {
      headers.accept("Access-Control-Allow-Origin", origin);
      headers.accept("Access-Control-Allow-Credentials", "true");
    }
  }

  /**
   * Adds the headers of an answer to what may not have been read as far as its headers.
   *
   * @param origin null when there is none or it is not known
   */
  void markUnread(String origin, BiConsumer<String, String> headers) {
    if (origin != null) {
      mark(origin, headers);
    } else if (everyone) {
      headers.accept("Access-Control-Allow-Origin", "*");
    }
  }

  /** Answers an OPTIONS request. */
  void preflight(HttpServletRequest request, HttpServletResponse response) {
    mark(request, response);
    response.setStatus(204);
    response.setHeader("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
    String headers = request.getHeader("Access-Control-Request-Headers");
    if (headers != null) {
      response.setHeader("Access-Control-Allow-Headers", headers);
      response.setHeader("Vary", "Origin, Access-Control-Request-Headers");
    }
    response.setHeader("Access-Control-Max-Age", "7200");
    response.setContentLength(0);
  }

  private boolean allows(String origin) {
    if (everyone) {
      return true;
    }
    if (origin.length() > MAX_ORIGIN_CHARS) {
      return false;
    }
    Boolean answer = known.get(origin);
    if (answer == null) {
      answer = allowed.stream().anyMatch(pattern -> pattern.matcher(origin).find());
      if (known.size() < REMEMBERED) {
        known.put(origin, answer);
      }
    }
    return answer;
  }
}
