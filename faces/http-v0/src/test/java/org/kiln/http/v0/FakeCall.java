package org.kiln.http.v0;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;

/** A request as a test makes it, and the answer as text. */
final class FakeCall implements HttpCall {
  private final String method;
  private final String path;
  private final Map<String, String> queries = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private byte[] body = {};

  /** What came back. */
  record Answer(int status, String body) {}

  private FakeCall(String method, String path) {
    this.method = method;
    this.path = path;
  }

  static FakeCall get(String path) {
    return new FakeCall("GET", path);
  }

  static FakeCall delete(String path) {
    return new FakeCall("DELETE", path);
  }

  static FakeCall post(String path, String json) {
    return post(path, json.getBytes(StandardCharsets.UTF_8));
  }

  static FakeCall post(String path, byte[] json) {
    FakeCall call = new FakeCall("POST", path).header("Content-Type", "application/json");
    call.body = json;
    return call;
  }

  FakeCall query(String name, String value) {
    queries.put(name, value);
    return this;
  }

  FakeCall header(String name, String value) {
    headers.put(name.toLowerCase(Locale.ROOT), value);
    return this;
  }

  /** Sends the call to the route of the face that fits; 404 with an empty body when none does. */
  Answer send(Iterable<? extends HttpRoute> routes) {
    try {
      HttpReply reply = reply(routes);
      if (reply == null) {
        return new Answer(404, "");
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      if (reply instanceof HttpReply.Streamed streamed) {
        streamed.writer().write(text);
      } else {
        ((HttpReply.Body) reply).parts().forEach(text::writeBytes);
      }
      return new Answer(reply.status(), text.toString(StandardCharsets.UTF_8));
    } catch (HttpProblem e) {
      return new Answer(e.status(), e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reply of the route that fits, null when none does. */
  HttpReply reply(Iterable<? extends HttpRoute> routes) throws HttpProblem {
    String[] segments = path.split("/");
    HttpRoute best = null;
    for (HttpRoute route : routes) {
      if (route.methods().contains(method)
          && fits(route.pattern().split("/"), segments)
          && (best == null || best.pattern().contains("{"))) {
        best = route;
      }
    }
    if (best == null) {
      return null;
    }
    String[] pattern = best.pattern().split("/");
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i].startsWith("{")) {
        variables.put(pattern[i].substring(1, pattern[i].length() - 1), segments[i]);
      }
    }
    return best.handle(this);
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
    return Optional.ofNullable(queries.get(name));
  }

  @Override
  public Map<String, String> queries() {
    return queries;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
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
