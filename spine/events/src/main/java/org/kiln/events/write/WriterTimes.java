package org.kiln.events.write;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.kiln.core.node.Durations;
import org.kiln.core.node.Metrics.Sample;

/** How long the log's writes take. Thread-safe. */
public final class WriterTimes {
  /** From what a write costs that is not synced to half a minute, which a dying disk takes. */
  private static final Duration FIRST_BUCKET = Duration.ofNanos(250_000);

  private static final int BUCKETS = 18;

  private final Durations writes = Durations.doubling(FIRST_BUCKET, BUCKETS);
  private final Durations batches = Durations.doubling(FIRST_BUCKET, BUCKETS);

  /** One caller's events are kept. */
  void wrote(long nanos) {
    writes.addNanos(nanos);
  }

  /** A batch is written. */
  void wroteBatch(long nanos) {
    batches.addNanos(nanos);
  }

  /** The two histograms. */
  public List<Sample> samples() {
    return Stream.of(
            writes.samples(
                "kiln_log_write_duration_seconds",
                "Time from a wish to write events to their being kept, waiting included",
                List.of()),
            batches.samples(
                "kiln_log_batch_duration_seconds",
                "Time spent writing and syncing a batch",
                List.of()))
        .flatMap(List::stream)
        .toList();
  }
}
