package org.kiln.console;

import java.util.ArrayList;
import java.util.List;
import org.kiln.core.node.Metrics;

/** Numbers as a test sets them. */
final class FakeMetrics implements Metrics {
  private final List<Sample> samples = new ArrayList<>();

  FakeMetrics with(String name, double value, String... labels) {
    samples.add(new Sample(name, Type.COUNTER, "", List.of(labels), value));
    return this;
  }

  FakeMetrics requests(String method, String route, String status, double count, double seconds) {
    with("kiln_http_requests_total", count, "method", method, "route", route, "status", status);
    return with(
        "kiln_http_request_duration_seconds_sum", seconds, "method", method, "route", route);
  }

  @Override
  public List<Sample> samples() {
    return samples;
  }
}
