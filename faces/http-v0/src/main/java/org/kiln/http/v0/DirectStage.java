package org.kiln.http.v0;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.plugin.Deadline;

/** Calls the routes as they are, without a connection. */
record DirectStage(List<HttpRoute> routes) implements Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Override
  public Actor actor() {
    return new Caller(routes);
  }

  @Override
  public void close() {
    // nothing was opened
  }

  private record Caller(List<HttpRoute> routes) implements Actor {
    @Override
    public int request(Request request) {
      for (HttpRoute route : routes) {
        if (route.pattern().equals(request.pattern())
            && route.methods().contains(request.method())) {
          try {
            return route.handle(call(request)).status();
          } catch (HttpProblem e) {
            return e.status();
          }
        }
      }
      return 404;
    }

    private static LocalCall call(Request request) {
      return new LocalCall(
          request.method(),
          request.path(),
          Map.of(STREAM, request.stream()),
          Map.of(),
          request.body(),
          Deadline.in(PATIENCE));
    }

    @Override
    public void close() {
      // nothing was opened
    }
  }
}
