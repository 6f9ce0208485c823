package org.kiln.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.core.node.Durations;
import org.kiln.core.node.Metrics.Sample;
import org.kiln.core.node.Metrics.Type;

/** Counts the answers of one route. Thread-safe. */
final class RouteCounters {
  /** From a millisecond to half a minute, which is longer than a request may take. */
  private static final Duration FIRST_BUCKET = Duration.ofMillis(1);

  private static final int BUCKETS = 16;

  private final String family;
  private final String method;
  private final String pattern;
  private final LongAdder[] byClass = new LongAdder[6];
  private final Durations took = Durations.doubling(FIRST_BUCKET, BUCKETS);

  /**
   * Counters of no answers yet.
   *
   * @param family what the names of the numbers begin with
   */
  RouteCounters(String family, String method, String pattern) {
    this.family = family;
    this.method = method;
    this.pattern = pattern;
    for (int i = 0; i < byClass.length; i++) {
      byClass[i] = new LongAdder();
    }
  }

  String pattern() {
    return pattern;
  }

  void count(int status, long elapsedNanos) {
    int group = status / 100;
    byClass[group >= 1 && group <= 5 ? group : 0].increment();
    took.addNanos(elapsedNanos);
  }

  /** The numbers; none before the first answer. */
  List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (int digit = 1; digit <= 5; digit++) {
      long answers = byClass[digit].sum();
      if (answers > 0) {
        List<String> labels = List.of("method", method, "route", pattern, "status", digit + "xx");
        samples.add(
            new Sample(
                family + "_requests_total", Type.COUNTER, "Answers by route.", labels, answers));
      }
    }
    if (!samples.isEmpty()) {
      samples.addAll(
          took.samples(
              family + "_request_duration_seconds",
              "Time from a request's first line to the end of its answer, by route.",
              List.of("method", method, "route", pattern)));
    }
    return samples;
  }
}
