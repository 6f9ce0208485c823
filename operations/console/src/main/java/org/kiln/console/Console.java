package org.kiln.console;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.kiln.api.http.HttpRoute;

/** The console as a whole; close it to end its sampler and with it the event streams. */
public final class Console implements AutoCloseable {
  private final Sampler sampler;
  private final List<HttpRoute> routes = new ArrayList<>();

  /**
   * A console of those parts, which begins to read their numbers.
   *
   * @param sampling time between two points of the charts while somebody watches
   */
  public Console(Parts parts, Duration sampling) {
    sampler =
        new Sampler(parts.metrics(), InstantSource.system(), sampling, sampling.multipliedBy(5));
    routes.addAll(new Assets().routes());
    routes.add(new LiveRoute(sampler).route());
    routes.addAll(new NodeRoutes(parts).routes());
    routes.add(new StreamSearch(parts).route());
    routes.add(new ModelRoute(parts).route());
    routes.addAll(new StreamPage(parts).routes());
    sampler.start();
  }

  /** The routes to register. */
  public List<HttpRoute> routes() {
    return List.copyOf(routes);
  }

  @Override
  public void close() {
    sampler.close();
  }
}
