package org.kiln.http.one;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;

/** A request, and what the routes and manners of the face make of it, as the gateway would. */
final class TestCall implements HttpCall {
  private final String method;
  private final String path;
  private final Map<String, List<String>> queries = new LinkedHashMap<>();
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, String> variables = new HashMap<>();
  private final byte[] body;

  /** What came back; headers by lower-case name, the content type among them. */
  record Answer(int status, Map<String, String> headers, byte[] bytes) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  TestCall(String method, String target, Map<String, String> headers, byte[] body) {
    this.method = method;
    this.headers.putAll(headers);
    this.body = body;
    int question = target.indexOf('?');
    this.path = question < 0 ? target : target.substring(0, question);
    if (question >= 0) {
      for (String pair : target.substring(question + 1).split("&")) {
        String[] parts = pair.split("=", 2);
        String value = parts.length == 1 ? "" : decode(parts[1]);
        queries.merge(decode(parts[0]), List.of(value), TestCall::both);
      }
    }
  }

  private static List<String> both(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  Answer send(Iterable<? extends HttpRoute> routes, OneManners manners) {
    Map<String, String> answered = new HashMap<>();
    manners
        .headers(path, header("Origin"))
        .forEach((k, v) -> answered.put(k.toLowerCase(Locale.ROOT), v));
    HttpReply reply = reply(routes, manners);
    reply.headers().forEach((k, v) -> answered.put(k.toLowerCase(Locale.ROOT), v));
    if (!reply.contentType().isEmpty()) {
      answered.put("content-type", reply.contentType());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (reply instanceof HttpReply.Streamed streamed) {
        streamed.writer().write(bytes);
      } else {
        ((HttpReply.Body) reply).parts().forEach(bytes::writeBytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer(reply.status(), answered, bytes.toByteArray());
  }

  private HttpReply reply(Iterable<? extends HttpRoute> routes, OneManners manners) {
    Set<String> methods = new TreeSet<>();
    HttpRoute best = null;
    for (HttpRoute route : routes) {
      if (fits(route.pattern().split("/"), path.split("/"))) {
        methods.addAll(route.methods());
        if (route.methods().contains(method)) {
          best = route;
        }
      }
    }
    if (method.equals("OPTIONS")) {
      return manners.options(path, methods);
    }
    if (best == null) {
      return manners.unserved(method, path, methods);
    }
    String[] pattern = best.pattern().split("/");
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i].startsWith("{")) {
        String segment = path.split("/")[i].replace("+", "%2B");
        if (segment.matches(".*%(?![0-9a-fA-F]{2}).*")) {
          return manners.problem(
              new HttpProblem(400, "bad-url", "bad percent-encoding"), header("Accept"));
        }
        variables.put(pattern[i].substring(1, pattern[i].length() - 1), decode(segment));
      }
    }
    try {
      return best.handle(this);
    } catch (HttpProblem e) {
      return manners.problem(e, header("Accept"));
    }
  }

  private static boolean fits(String[] pattern, String[] segments) {
    if (pattern.length != segments.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].startsWith("{") && !pattern[i].equals(segments[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public String variable(String name) {
    return variables.get(name);
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queries.get(name)).map(List::getFirst);
  }

  @Override
  public List<String> queryValues(String name) {
    return queries.getOrDefault(name, List.of());
  }

  @Override
  public Map<String, String> queries() {
    Map<String, String> first = new LinkedHashMap<>();
    queries.forEach((name, values) -> first.put(name, values.getFirst()));
    return first;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public String remoteAddress() {
    return "127.0.0.1";
  }

  @Override
  public Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(60));
  }
}
