package org.kiln.console;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.core.node.Metrics;
import org.kiln.core.node.Metrics.Sample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all sources of numbers say at one moment, of clients' requests only what is not the
 * operators' own: a page must not measure itself.
 *
 * @param nanos of the monotonic clock
 * @param values by metric's name, those of one name added up
 * @param reads clients' requests that read
 * @param writes clients' requests that write
 * @param failures answers 5xx among them
 * @param readSeconds time spent on the reads
 * @param writeSeconds time spent on the writes
 * @param heapUsed bytes
 * @param cpuSeconds of this process since its start
 */
record Totals(
    long nanos,
    Map<String, Double> values,
    double reads,
    double writes,
    double failures,
    double readSeconds,
    double writeSeconds,
    double heapUsed,
    double cpuSeconds) {
  private static final Logger LOG = LoggerFactory.getLogger(Totals.class);
  private static final List<String> NOT_CLIENTS =
      List.of("/console", "/admin", "/health", "/metrics");

  static Totals of(Collection<Metrics> sources) {
    Map<String, Double> values = new HashMap<>();
    double[] sums = new double[5];
    for (Metrics source : sources) {
      try {
        for (Sample sample : source.samples()) {
          if (sample.name().startsWith("kiln_http_request")) {
            http(sample, sums);
          } else {
            values.merge(sample.name(), sample.value(), Double::sum);
          }
        }
      } catch (RuntimeException e) {
        LOG.debug("Numbers of {} failed: {}", source.getClass().getName(), e.toString());
      }
    }
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return new Totals(
        System.nanoTime(),
        values,
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        sums[4],
        heap.getUsed(),
        cpu.toNanos() / 1e9);
  }

  private static void http(Sample sample, double[] sums) {
    String route = label(sample, "route");
    if (NOT_CLIENTS.stream().anyMatch(route::startsWith)) {
      return;
    }
    boolean write = !label(sample, "method").equals("GET") && !route.endsWith("/multiqueries");
    if (sample.name().equals("kiln_http_requests_total")) {
      sums[write ? 1 : 0] += sample.value();
      if (label(sample, "status").equals("5xx")) {
        sums[2] += sample.value();
      }
    } else if (sample.name().equals("kiln_http_request_duration_seconds_sum")) {
      sums[write ? 4 : 3] += sample.value();
    }
  }

  private static String label(Sample sample, String name) {
    List<String> labels = sample.labels();
    for (int i = 0; i + 1 < labels.size(); i += 2) {
      if (labels.get(i).equals(name)) {
        return labels.get(i + 1);
      }
    }
    return "";
  }

  /** The value of a metric; NaN when nobody tells it. */
  double value(String name) {
    return values.getOrDefault(name, Double.NaN);
  }
}
