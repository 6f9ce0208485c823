package org.kiln.launcher;

import org.kiln.launch.StoreTasks.Summary;

/** A store's summary as {@code store.properties} keeps it: {@code ENTRIES SHA256 KEPT-SHA256}. */
final class SummaryText {
  private SummaryText() {}

  static String of(Summary summary) {
    return summary.entries() + " " + summary.sha256() + " " + summary.keptSha256();
  }

  static Summary parse(String text) throws RefusedException {
    String[] parts = text.split(" ");
    if (parts.length != 3 || !parts[0].matches("[0-9]{1,18}")) {
      throw RefusedException.storage("Not a summary of a store: " + text);
    }
    return new Summary(Long.parseLong(parts[0]), parts[1], parts[2]);
  }
}
