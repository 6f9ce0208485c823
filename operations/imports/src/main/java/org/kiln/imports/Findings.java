package org.kiln.imports;

import java.util.ArrayList;
import java.util.List;

/** What an operator must know of: all of it counted, the first of it kept. For one thread. */
final class Findings {
  /** Enough to look at, and some ten megabytes at most. */
  private static final int MOST = 100_000;

  private static final int LONGEST = 300;

  private final List<String> lines = new ArrayList<>();
  private long refused;
  private long unverified;

  /** Something that was not taken. */
  void refused(String what, String why) {
    refused++;
    add("not taken: " + what + ": " + why);
  }

  /** Rows that no walk came across. Told first: it is about the whole. */
  void unseen(long rows, String advice) {
    refused += rows;
    lines.addFirst(
        "not taken: "
            + rows
            + " rows that the order of delivery leads past, though the table has them. "
            + advice);
  }

  /** Something that was taken, and that nobody could verify yet. */
  void unverified(String what) {
    unverified++;
    add("not verified yet: " + what);
  }

  /** Something to be told that is neither. */
  void note(String line) {
    add(line);
  }

  /** What comes from damaged bytes may be of any length, and hold anything. */
  private void add(String line) {
    if (lines.size() < MOST) {
      String plain = line.replaceAll("\\p{Cntrl}", "?");
      lines.add(plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…");
    }
  }

  long refusedCount() {
    return refused;
  }

  long unverifiedCount() {
    return unverified;
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
