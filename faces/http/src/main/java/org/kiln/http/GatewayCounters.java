package org.kiln.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.core.node.Metrics;

/** What the gateway counts. Thread-safe. */
public final class GatewayCounters implements Metrics {
  private final Routes routes;
  private final LongAdder refused = new LongAdder();
  private final LongAdder unrouted = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder tooSlow = new LongAdder();

  /** Counters of those routes. */
  public GatewayCounters(Routes routes) {
    this.routes = routes;
  }

  void refused() {
    refused.increment();
  }

  void unrouted() {
    unrouted.increment();
  }

  void tooSlow() {
    tooSlow.increment();
  }

  void failed() {
    failed.increment();
  }

  @Override
  public List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (RouteCounters route : routes.counters()) {
      samples.addAll(route.samples());
    }
    samples.add(
        Sample.counter("kiln_http_refused_total", "Requests refused as too many.", refused.sum()));
    samples.add(
        Sample.counter(
            "kiln_http_unrouted_total", "Requests for paths nobody serves.", unrouted.sum()));
    samples.add(
        Sample.counter("kiln_http_failures_total", "Unexpected failures of routes.", failed.sum()));
    samples.add(
        Sample.counter(
            "kiln_http_too_slow_total",
            "Connections ended because their client neither sent nor took enough.",
            tooSlow.sum()));
    return samples;
  }
}
