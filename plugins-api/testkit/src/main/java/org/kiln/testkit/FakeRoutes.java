package org.kiln.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;

/**
 * Routes beside each other, of which a call goes to the one whose pattern and methods fit; one
 * whose pattern has no variable goes first. Values of variables are percent-decoded, as in a node.
 * Immutable.
 */
public final class FakeRoutes {
  private final List<HttpRoute> routes;

  private FakeRoutes(List<HttpRoute> routes) {
    this.routes = List.copyOf(routes);
  }

  /** All these. */
  public static FakeRoutes of(Iterable<? extends HttpRoute> routes) {
    List<HttpRoute> all = new ArrayList<>();
    routes.forEach(all::add);
    return new FakeRoutes(all);
  }

  /** The methods that the routes of a path have together; empty for an unknown path. */
  public Set<String> methods(String path) {
    Set<String> methods = new TreeSet<>();
    for (HttpRoute route : routes) {
      if (fits(route, path)) {
        methods.addAll(route.methods());
      }
    }
    return methods;
  }

  /**
   * What the route says to the call, which has the pattern's variables then; empty when no route
   * fits.
   *
   * @throws HttpProblem when the route refuses the call; 400 {@code bad-url} when a variable is not
   *     percent-encoded
   */
  public Optional<HttpReply> reply(FakeHttpCall call) throws HttpProblem {
    HttpRoute best = null;
    for (HttpRoute route : routes) {
      if (route.methods().contains(call.method())
          && fits(route, call.path())
          && (best == null || best.pattern().contains("{"))) {
        best = route;
      }
    }
    return best == null ? Optional.empty() : Optional.of(best.handle(withVariables(best, call)));
  }

  private static boolean fits(HttpRoute route, String path) {
    String[] pattern = route.pattern().split("/");
    String[] segments = path.split("/");
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

  private static FakeHttpCall withVariables(HttpRoute route, FakeHttpCall call) throws HttpProblem {
    String[] pattern = route.pattern().split("/");
    String[] segments = call.path().split("/");
    FakeHttpCall with = call;
    for (int i = 0; i < pattern.length; i++) {
      if (pattern[i].startsWith("{")) {
        String name = pattern[i].substring(1, pattern[i].length() - 1);
        with = with.withVariable(name, decoded(segments[i]));
      }
    }
    return with;
  }

  private static String decoded(String segment) throws HttpProblem {
    try {
      // A plus stands for itself in a path.
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, "bad-url", "The URL contains a bad percent escape");
    }
  }

  /**
   * The body of a reply, of a streamed one what it writes until it comes back.
   *
   * @throws IOException when the reply's writer says so
   */
  public static byte[] bytes(HttpReply reply) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    switch (reply) {
      case HttpReply.Body body -> body.parts().forEach(bytes::writeBytes);
      case HttpReply.Streamed streamed -> streamed.writer().write(bytes);
    }
    return bytes.toByteArray();
  }
}
