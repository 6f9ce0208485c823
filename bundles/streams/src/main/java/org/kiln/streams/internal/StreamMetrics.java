package org.kiln.streams.internal;

import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.core.stream.StreamService;
import org.kiln.core.stream.StreamService.ServiceStats;

/** The stream service's numbers. */
final class StreamMetrics implements Metrics {
  private final StreamService streams;

  StreamMetrics(StreamService streams) {
    this.streams = streams;
  }

  @Override
  public List<Sample> samples() {
    ServiceStats stats = streams.stats();
    return List.of(
        Sample.counter("kiln_events_applied_total", "Events applied to states", stats.applied()),
        Sample.counter("kiln_events_refused_total", "Events refused", stats.refused()),
        Sample.gauge("kiln_streams_cached", "States in memory", stats.cachedStates()),
        Sample.gauge(
            "kiln_streams_cached_bytes", "Estimated memory of cached states", stats.cachedBytes()),
        Sample.gauge(
            "kiln_streams_waiting", "Streams that wait for something missing", stats.waiting()));
  }
}
