package org.kiln.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/**
 * The node that has the lock of a data directory, by what it has written of itself.
 *
 * @param pid its process
 * @param started when, as it says it: with the process it makes one run differ from the next
 * @param keys files with secrets that its settings name, which need not be ours
 */
record RunningNode(String pid, String started, List<Path> keys) {
  /** What names the files of keys in its state, a line each. */
  static final String KEYS = "keys";

  RunningNode {
    keys = List.copyOf(keys);
  }

  /**
   * The one of a directory whose lock somebody has.
   *
   * @throws RefusedException when that is no node, or one that has not said yet who it is
   */
  static RunningNode in(Path data) throws RefusedException {
    Properties state = DataDirectory.readState(data).orElseGet(Properties::new);
    String holder = DataDirectory.holder(data);
    if (!holder.equals(state.getProperty("pid"))) {
      throw RefusedException.storage(
          "The data directory "
              + data
              + " is in use by process "
              + (holder.isEmpty() ? "unknown" : holder)
              + ", which is no node that runs: another command, or a node that begins or stops. Say"
              + " the same again when that is done.");
    }
    List<Path> keys = state.getProperty(KEYS, "").lines().map(Path::of).toList();
    return new RunningNode(holder, state.getProperty("started", ""), keys);
  }

  /** Whether it is that run that has the directory still. */
  boolean isStill(Path data) {
    try {
      return equals(in(data));
    } catch (RefusedException e) {
      return false; // it stops, or has stopped
    }
  }
}
