package org.kiln.feed;

import java.util.ArrayList;
import java.util.List;
import org.kiln.core.node.Metrics;
import org.kiln.feed.Readers.Standing;

/**
 * How the feed's readers stand; where it ends, the event log says. The only label is a reader's
 * name, of which there are 128 at most.
 */
public final class FeedMetrics implements Metrics {
  private static final double MILLIS = 1_000;

  private final Readers readers;

  /** Of these readers. */
  public FeedMetrics(Readers readers) {
    this.readers = readers;
  }

  @Override
  public List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (Standing standing : readers.standings()) {
      samples.addAll(of(standing));
    }
    return samples;
  }

  private static List<Sample> of(Standing standing) {
    ReaderState state = standing.state();
    List<String> reader = List.of("reader", state.name());
    List<Sample> samples = new ArrayList<>();
    samples.add(
        new Sample(
            "kiln_feed_reader_well",
            Type.GAUGE,
            "1 when the reader runs or has nothing to do, 0 when it fails or hangs.",
            reader,
            state.kind().well() ? 1 : 0));
    samples.add(
        new Sample(
            "kiln_feed_reader_taken_total",
            Type.COUNTER,
            "Changes or events the reader has taken.",
            reader,
            state.taken()));
    samples.add(
        new Sample(
            "kiln_feed_reader_failures_total",
            Type.COUNTER,
            "Calls of the reader that failed.",
            reader,
            state.failures()));
    standing
        .behind()
        .ifPresent(
            behind ->
                samples.add(
                    new Sample(
                        "kiln_feed_reader_behind_entries",
                        Type.GAUGE,
                        "Entries of the feed behind the reader's place.",
                        reader,
                        behind)));
    standing
        .behindMillis()
        .ifPresent(
            millis ->
                samples.add(
                    new Sample(
                        "kiln_feed_reader_behind_seconds",
                        Type.GAUGE,
                        "How long the oldest entry the reader has not taken has been there.",
                        reader,
                        millis / MILLIS)));
    return samples;
  }
}
