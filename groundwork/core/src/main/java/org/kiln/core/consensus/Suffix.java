package org.kiln.core.consensus;

import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.core.stream.LogTimes;

/**
 * All that matters of the events that one history has after the point where it leaves another.
 * Built from the tip down, one event at a time, so that the histories of a whole tree of branches
 * are weighed in time linear in its events. Immutable.
 *
 * @param anchoredAt unix seconds of its first time event, empty when it has none
 * @param length events up to and including the first time event, or all of them when it has none
 * @param tip its last event
 */
public record Suffix(OptionalLong anchoredAt, int length, Cid tip) {

  /**
   * A suffix of one event.
   *
   * @throws IllegalArgumentException for a time event whose time is not known; it must not be
   *     weighed
   */
  public static Suffix of(LogEntry last) {
    return new Suffix(timeOf(last), 1, last.cid());
  }

  /**
   * This suffix with one event before it.
   *
   * @throws IllegalArgumentException for a time event whose time is not known; it must not be
   *     weighed
   */
  public Suffix after(LogEntry previous) {
    return previous.kind() == LogEntry.Kind.TIME
        ? new Suffix(timeOf(previous), 1, tip)
        : new Suffix(anchoredAt, length + 1, tip);
  }

  private static OptionalLong timeOf(LogEntry entry) {
    if (entry.kind() != LogEntry.Kind.TIME) {
      return OptionalLong.empty();
    }
    if (entry.timestamp().isEmpty()) {
      throw new IllegalArgumentException("The time of time event " + entry.cid() + " is not known");
    }
    return LogTimes.seconds(entry.timestamp());
  }
}
