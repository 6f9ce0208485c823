package org.kiln.launcher;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the settings, gathered so that the user hears all of it at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Notes a sentence. */
  void add(String sentence) {
    found.add(sentence);
  }

  /** Runs a check and notes what it refuses. */
  void of(Check check) {
    try {
      check.run();
    } catch (RefusedException e) {
      found.add(e.getMessage());
    }
  }

  /** Refuses when anything was noted. */
  void refuse() throws RefusedException {
    if (found.size() == 1) {
      throw RefusedException.configuration(found.get(0));
    }
    if (!found.isEmpty()) {
      throw RefusedException.configuration(
          found.size() + " settings cannot be used:\n  " + String.join("\n  ", found));
    }
  }

  /** What may refuse. */
  @FunctionalInterface
  interface Check {
    /** Throws when it does. */
    void run() throws RefusedException;
  }
}
