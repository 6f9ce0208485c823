package org.kiln.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Retry;
import org.kiln.ipld.Json;

/** One GET route. */
record Route(String pattern, Access access, Handler handler) implements HttpRoute {
  /** Answers a call. */
  @FunctionalInterface
  interface Handler {
    HttpReply handle(HttpCall call) throws HttpProblem;
  }

  /** A route for those who are logged in. */
  static Route viewer(String pattern, Handler handler) {
    return new Route(pattern, Access.VIEWER, handler);
  }

  @Override
  public Set<String> methods() {
    return Set.of("GET");
  }

  @Override
  public int maxBodyBytes() {
    return 0;
  }

  @Override
  public HttpReply handle(HttpCall call) throws HttpProblem {
    return handler.handle(call);
  }

  static HttpReply json(Ipld value) {
    return HttpReply.of(200, HttpReply.JSON, List.of(Json.write(value)))
        .withHeaders(Map.of("Cache-Control", "no-store"));
  }

  /** A part of the node, or the reason why there is no answer now. */
  static <T> T need(Optional<T> part, String name) throws HttpProblem {
    if (part.isEmpty()) {
      String message = "The node's " + name + " is not running at the moment";
      throw new HttpProblem(
          503, "part-missing", message, Retry.after(Duration.ofSeconds(2)), Map.of());
    }
    return part.get();
  }

  static Ipld text(Optional<String> text) {
    return text.<Ipld>map(Ipld::of).orElse(Ipld.NULL);
  }

  /** A parameter that is a number within bounds. */
  static int number(HttpCall call, String name, int normally, int most) throws HttpProblem {
    Optional<String> text = call.query(name);
    if (text.isEmpty()) {
      return normally;
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= 1 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new HttpProblem(400, "invalid", name + " must be a number from 1 to " + most);
  }
}
