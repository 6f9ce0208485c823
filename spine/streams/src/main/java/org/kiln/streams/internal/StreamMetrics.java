package org.kiln.streams.internal;

import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.core.stream.StreamStats.Numbers;
import org.kiln.streams.Streams;

/** The stream service's numbers. */
final class StreamMetrics implements Metrics {
  private final Streams streams;

  StreamMetrics(Streams streams) {
    this.streams = streams;
  }

  @Override
  public List<Sample> samples() {
    Numbers stats = streams.stats();
    return List.of(
        Sample.counter("kiln_events_applied_total", "Events applied to states", stats.applied()),
        Sample.counter("kiln_events_refused_total", "Events refused", stats.refused()),
        Sample.counter(
            "kiln_states_unreadable_total",
            "Times that a state in the store could not be read and was derived from the log",
            streams.unreadableStates()),
        Sample.gauge("kiln_streams_cached", "States in memory", stats.cachedStates()),
        Sample.gauge(
            "kiln_streams_cached_bytes", "Estimated memory of cached states", stats.cachedBytes()),
        Sample.gauge(
            "kiln_streams_waiting", "Streams that wait for something missing", stats.waiting()));
  }
}
