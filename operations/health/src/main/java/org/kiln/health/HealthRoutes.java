package org.kiln.health;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.PluginHealth.Health;
import org.kiln.api.plugin.PluginHealth.Level;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.core.node.Metrics.Type;
import org.kiln.core.node.NodeInfo;
import org.kiln.core.node.Startup;
import org.kiln.ipld.Json;

/**
 * {@code /health/live}, {@code /health/ready}, {@code /health} with all there is to know, and
 * {@code /metrics}. For everyone who reaches the port, as monitoring tools expect.
 */
public final class HealthRoutes {
  /** Where the numbers are. */
  public static final String METRICS = "/metrics";

  private final HealthChecks checks;
  private final BooleanSupplier serving;
  private final Startup startup;
  private final Supplier<Collection<Metrics>> metrics;
  private final ProcessNumbers process = new ProcessNumbers();

  /**
   * Routes.
   *
   * @param checks asks the parts
   * @param serving whether streams can be read and written
   * @param startup whether all of it is there
   * @param metrics the sources of numbers
   */
  public HealthRoutes(
      HealthChecks checks,
      BooleanSupplier serving,
      Startup startup,
      Supplier<Collection<Metrics>> metrics) {
    this.checks = checks;
    this.serving = serving;
    this.startup = startup;
    this.metrics = metrics;
  }

  /** Which release runs on which Java. */
  public static Metrics build(NodeInfo node) {
    List<String> labels = List.of("version", node.version(), "java", Runtime.version().toString());
    return () ->
        List.of(new Sample("kiln_build_info", Type.GAUGE, "The release of Kiln.", labels, 1));
  }

  /** The page at the node's address. */
  public static HttpRoute front(NodeInfo node) {
    return new FrontPage(node);
  }

  /** The routes to register. */
  public List<HttpRoute> routes() {
    return List.of(
        new Route("/health/live", call -> reply(200, Ipld.map("live", Ipld.TRUE))),
        new Route("/health/ready", call -> health(false)),
        new Route("/health", call -> health(true)),
        new Route(METRICS, call -> metrics()));
  }

  private HttpReply metrics() {
    return HttpReply.of(
        200,
        PrometheusText.CONTENT_TYPE,
        List.of(PrometheusText.of(metrics.get()), process.text()));
  }

  private HttpReply health(boolean details) {
    Map<String, Health> answers = checks.ask();
    Optional<String> pending = startup.pending();
    boolean ready =
        serving.getAsBoolean()
            && pending.isEmpty()
            && answers.values().stream().noneMatch(health -> health.level() == Level.DOWN);
    Ipld.Map.Builder body =
        Ipld.Map.builder().with("live", Ipld.TRUE).with("ready", Ipld.of(ready));
    if (details) {
      pending.ifPresent(what -> body.put("starting", Ipld.of(what)));
      body.with("serving", Ipld.of(serving.getAsBoolean())).with("parts", parts(answers));
    }
    return reply(ready ? 200 : 503, body.build());
  }

  private static Ipld parts(Map<String, Health> answers) {
    Ipld.Map.Builder parts = Ipld.Map.builder();
    answers.forEach(
        (name, health) ->
            parts.put(
                name,
                Ipld.map(
                    "level", Ipld.of(health.level().name()),
                    "message", Ipld.of(health.message()))));
    return parts.build();
  }

  private static HttpReply reply(int status, Ipld.Map body) {
    return HttpReply.of(status, HttpReply.JSON, List.of(Json.write(body)))
        .withHeaders(Map.of("Cache-Control", "no-store"));
  }

  private record Route(String pattern, Function<HttpCall, HttpReply> handler) implements HttpRoute {
    @Override
    public Set<String> methods() {
      return Set.of("GET");
    }

    @Override
    public Access access() {
      return Access.PUBLIC;
    }

    @Override
    public int maxBodyBytes() {
      return 0;
    }

    @Override
    public HttpReply handle(HttpCall call) {
      return handler.apply(call);
    }
  }
}
