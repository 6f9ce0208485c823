package org.kiln.launcher;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The numbers of {@code /metrics}: by name, summed over the labels, and by name with labels. */
final class Metrics {
  private static final String[] BINARY_UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private final Map<String, Double> sums = new HashMap<>();

  Metrics(String prometheusText) {
    for (String line : prometheusText.split("\n")) {
      int blank = line.lastIndexOf(' ');
      if (blank <= 0 || line.startsWith("#")) {
        continue;
      }
      int labels = line.indexOf('{');
      String name = line.substring(0, labels >= 0 && labels < blank ? labels : blank);
      try {
        double value = Double.parseDouble(line.substring(blank + 1));
        sums.merge(name, value, Double::sum);
        if (labels >= 0) {
          sums.put(line.substring(0, blank), value);
        }
      } catch (NumberFormatException e) {
        // Not a number line; whoever wrote it, the rest is still worth showing.
        continue;
      }
    }
  }

  boolean isEmpty() {
    return sums.isEmpty();
  }

  /** A number with separators, "?" when the node does not tell. */
  String count(String name) {
    Double value = sums.get(name);
    return value == null ? "?" : String.format(Locale.ROOT, "%,d", value.longValue());
  }

  /** A whole number, null when the node does not tell. */
  Long whole(String name) {
    Double value = sums.get(name);
    return value == null ? null : (Long) value.longValue();
  }

  /** A number, 0 when the node does not tell. */
  double number(String name) {
    return sums.getOrDefault(name, 0.0);
  }

  /** A size in the unit that reads best, "?" when the node does not tell. */
  String size(String name) {
    Double bytes = sums.get(name);
    if (bytes == null) {
      return "?";
    }
    if (bytes < 1024) {
      return bytes.longValue() + " B";
    }
    double scaled = bytes / 1024;
    int unit = 0;
    while (scaled >= 1024 && unit < BINARY_UNITS.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%,.1f %s", scaled, BINARY_UNITS[unit]);
  }
}
