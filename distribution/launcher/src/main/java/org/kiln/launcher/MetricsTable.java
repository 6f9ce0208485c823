package org.kiln.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prometheus text made readable: the node's own numbers, one a line, with units spelt out. */
final class MetricsTable {
  private MetricsTable() {}

  static List<String> lines(String prometheusText) {
    List<String> lines = new ArrayList<>();
    for (String line : prometheusText.split("\n")) {
      int blank = line.lastIndexOf(' ');
      if (line.startsWith("kiln_") && blank > 0 && !line.contains("_bucket{")) {
        String name = line.substring(5, blank);
        lines.add(String.format(Locale.ROOT, "  %-44s %s", name, number(name, line.substring(blank + 1))));
      }
    }
    return lines;
  }

  private static String number(String name, String text) {
    try {
      double value = Double.parseDouble(text);
      if (name.contains("_bytes")) {
        return bytes(value);
      }
      return value == Math.rint(value)
          ? String.format(Locale.ROOT, "%,d", (long) value)
          : String.format(Locale.ROOT, "%,.3f", value);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static String bytes(double value) {
    if (value < 1024) {
      return String.format(Locale.ROOT, "%,d B", (long) value);
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    int unit = -1;
    double scaled = value;
    while (scaled >= 1024 && unit < units.length - 1) {
      scaled /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%,.1f %s", scaled, units[unit]);
  }
}
