package org.kiln.http.one;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.api.http.HttpCall;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.http.HttpReply;
import org.kiln.api.http.HttpRoute;
import org.kiln.core.node.Durations;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.core.node.Metrics.Type;
import org.kiln.core.node.NodeInfo;

/**
 * What ceramic-one counts of its requests, under its names and with its labels, so that its
 * operators' dashboards go on. Thread-safe; as many numbers as there are routes and statuses.
 */
final class OneCounts {
  private static final Duration FIRST_BUCKET = Duration.ofMillis(5);
  private static final int BUCKETS = 20;
  private static final int UNEXPECTED = 500;

  private record Labels(String method, String path, int status) {
    List<String> all() {
      return List.of("method", method, "path", path, "status", Integer.toString(status));
    }
  }

  private record Counted(LongAdder requests, Durations took) {}

  private final NodeInfo node;
  private final Map<Labels, Counted> counted = new ConcurrentHashMap<>();

  OneCounts(NodeInfo node) {
    this.node = node;
  }

  /** The route, with what it answers counted. */
  HttpRoute counted(HttpRoute route) {
    return new CountedRoute(route);
  }

  private void count(String method, String path, int status, long nanos) {
    Counted one =
        counted.computeIfAbsent(
            new Labels(method, path, status),
            labels -> new Counted(new LongAdder(), Durations.doubling(FIRST_BUCKET, BUCKETS)));
    one.requests().increment();
    one.took().add(Duration.ofNanos(nanos));
  }

  List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    samples.add(
        new Sample(
            "ceramic_one_info",
            Type.GAUGE,
            "What this node takes itself for, as ceramic-one says it.",
            List.of(
                "service_name",
                "ceramic-one",
                "version",
                NodeRoutes.VERSION,
                "build",
                "kiln-" + node.version(),
                "instance_id",
                node.runId(),
                "exe_hash",
                ""),
            1));
    samples.add(
        new Sample(
            "http_api_info",
            Type.GAUGE,
            "The versions of the APIs.",
            List.of("api_version", NodeRoutes.VERSION, "kubo_api_version", NodeRoutes.VERSION),
            1));
    counted.forEach(
        (labels, one) -> {
          samples.add(
              new Sample(
                  "http_api_requests_total",
                  Type.COUNTER,
                  "Number of HTTP requests",
                  labels.all(),
                  one.requests().sum()));
          samples.addAll(
              one.took()
                  .samples(
                      "http_api_request_durations", "Duration of HTTP requests", labels.all()));
        });
    return samples;
  }

  private final class CountedRoute implements HttpRoute {
    private final HttpRoute route;
    private final String path;

    CountedRoute(HttpRoute route) {
      this.route = route;
      // ceramic-one's names of variables.
      this.path =
          route.pattern().replace("{sort_key}", "{sep_key}").replace("{sort_value}", "{sep_value}");
    }

    @Override
    public String pattern() {
      return route.pattern();
    }

    @Override
    public Set<String> methods() {
      return route.methods();
    }

    @Override
    public Access access() {
      return route.access();
    }

    @Override
    public int maxBodyBytes() {
      return route.maxBodyBytes();
    }

    @Override
    public HttpReply handle(HttpCall call) throws HttpProblem {
      long begun = System.nanoTime();
      int status = UNEXPECTED;
      try {
        HttpReply reply = route.handle(call);
        status = reply.status();
        return reply;
      } catch (HttpProblem e) {
        status = e.status();
        throw e;
      } finally {
        count(call.method(), path, status, System.nanoTime() - begun);
      }
    }
  }
}
