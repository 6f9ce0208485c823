package org.kiln.core.node;

import java.util.List;

/**
 * A source of numbers for {@code /metrics}. Register it as a service; it is asked at every scrape
 * and must come back quickly.
 */
@FunctionalInterface
public interface Metrics {
  /** The numbers as they are now. */
  List<Sample> samples();

  /** The kinds of the Prometheus text format that we use. */
  enum Type {
    /** Only grows. */
    COUNTER,
    /** Goes up and down. */
    GAUGE,
    /** One of the numbers of a histogram, by its whole name; see {@link Durations}. */
    HISTOGRAM
  }

  /**
   * One number.
   *
   * @param name in the Prometheus style, with the unit, for example {@code kiln_log_disk_bytes}
   * @param type counter or gauge
   * @param help one sentence
   * @param labels names and values, alternating
   * @param value the number
   */
  record Sample(String name, Type type, String help, List<String> labels, double value) {
    /** A counter without labels. */
    public static Sample counter(String name, String help, double value) {
      return new Sample(name, Type.COUNTER, help, List.of(), value);
    }

    /** A gauge without labels. */
    public static Sample gauge(String name, String help, double value) {
      return new Sample(name, Type.GAUGE, help, List.of(), value);
    }
  }
}
