package org.kiln.console;

import java.util.List;
import java.util.Locale;

/**
 * One point of the charts, made of two moments.
 *
 * @param number counts from 1
 * @param millis unix milliseconds
 * @param values in the order of {@link #NAMES}; NaN where there is nothing to tell
 */
record Reading(long number, long millis, double[] values) {
  /** What a point holds: rates a second, times in milliseconds, sizes in bytes. */
  static final List<String> NAMES =
      List.of(
          "in",
          "applied",
          "refused",
          "timeEvents",
          "reads",
          "writes",
          "failures",
          "readMs",
          "writeMs",
          "queue",
          "waiting",
          "anchorWaiting",
          "anchorFailed",
          "anchorBatch",
          "peers",
          "heap",
          "cpu",
          "disk",
          "events");

  static Reading between(long number, long millis, Totals before, Totals now) {
    double seconds = (now.nanos() - before.nanos()) / 1e9;
    double reads = now.reads() - before.reads();
    double writes = now.writes() - before.writes();
    double[] values = {
      rate(before, now, "kiln_log_batched_events_total", seconds),
      rate(before, now, "kiln_events_applied_total", seconds),
      rate(before, now, "kiln_events_refused_total", seconds),
      rate(before, now, "kiln_anchor_time_events_total", seconds),
      Math.max(0, reads / seconds),
      Math.max(0, writes / seconds),
      Math.max(0, (now.failures() - before.failures()) / seconds),
      reads > 0 ? (now.readSeconds() - before.readSeconds()) * 1e3 / reads : Double.NaN,
      writes > 0 ? (now.writeSeconds() - before.writeSeconds()) * 1e3 / writes : Double.NaN,
      now.value("kiln_log_queued_events"),
      now.value("kiln_streams_waiting"),
      now.value("kiln_anchor_requests_waiting"),
      now.value("kiln_anchor_requests_failed"),
      now.value("kiln_anchor_batch_requests"),
      now.value("kiln_network_on") == 0 ? Double.NaN : now.value("kiln_peers"),
      now.heapUsed(),
      Math.max(0, (now.cpuSeconds() - before.cpuSeconds()) / seconds),
      now.value("kiln_log_disk_bytes"),
      now.value("kiln_log_events")
    };
    return new Reading(number, millis, values);
  }

  /** A counter that was set back, because its part was swapped, makes no negative rate. */
  private static double rate(Totals before, Totals now, String name, double seconds) {
    return Math.max(0, (now.value(name) - before.value(name)) / seconds);
  }

  /** Points as columns, each name an array: {@code {"n":…,"t":[…],"in":[…],…}}. */
  static String columns(List<Reading> readings) {
    StringBuilder out = new StringBuilder(64 + readings.size() * 120);
    long last = readings.isEmpty() ? 0 : readings.get(readings.size() - 1).number();
    out.append("{\"n\":").append(last).append(",\"t\":[");
    for (int i = 0; i < readings.size(); i++) {
      out.append(i == 0 ? "" : ",").append(readings.get(i).millis());
    }
    out.append(']');
    for (int column = 0; column < NAMES.size(); column++) {
      out.append(",\"").append(NAMES.get(column)).append("\":[");
      for (int i = 0; i < readings.size(); i++) {
        out.append(i == 0 ? "" : ",").append(number(readings.get(i).values()[column]));
      }
      out.append(']');
    }
    return out.append('}').toString();
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
