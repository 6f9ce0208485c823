package org.kiln.http.v0;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.http.HttpCall;
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
    public int request(String method, String path, byte[] body) {
      for (HttpRoute route : routes) {
        Optional<String> stream = streamOf(route.pattern(), path);
        if (stream.isPresent() && route.methods().contains(method)) {
          try {
            return route
                .handle(new Call(method, path, stream.get(), body, Deadline.in(PATIENCE)))
                .status();
          } catch (HttpProblem e) {
            return e.status();
          }
        }
      }
      return 404;
    }

    /** The variable of a pattern that has one at its end, or nothing in one that has none. */
    private static Optional<String> streamOf(String pattern, String path) {
      int variable = pattern.indexOf('{');
      if (variable < 0) {
        return pattern.equals(path) ? Optional.of("") : Optional.empty();
      }
      String rest =
          path.startsWith(pattern.substring(0, variable)) ? path.substring(variable) : "/";
      boolean last = pattern.indexOf('}') == pattern.length() - 1;
      return last && rest.indexOf('/') < 0 ? Optional.of(rest) : Optional.empty();
    }

    @Override
    public void close() {
      // nothing was opened
    }
  }

  /** A request that comes from nobody. */
  private record Call(String method, String path, String stream, byte[] body, Deadline deadline)
      implements HttpCall {
    @Override
    public String variable(String name) {
      return stream;
    }

    @Override
    public Optional<String> query(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> queries() {
      return Map.of();
    }

    @Override
    public Optional<String> header(String name) {
      return name.equalsIgnoreCase("content-type")
          ? Optional.of("application/json")
          : Optional.empty();
    }

    @Override
    public String remoteAddress() {
      return "127.0.0.1";
    }
  }
}
