package org.kiln.core.stream;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;

/** Times of log lines as the node counts and keeps them: in unix seconds, as chains do. */
public final class LogTimes {
  private LogTimes() {}

  /** A time in seconds. */
  public static OptionalLong seconds(Optional<Instant> time) {
    return time.isPresent() ? OptionalLong.of(time.get().getEpochSecond()) : OptionalLong.empty();
  }

  /** A time in seconds, or what stands for none. */
  public static long secondsOr(Optional<Instant> time, long none) {
    return time.isPresent() ? time.get().getEpochSecond() : none;
  }

  /**
   * A line of a log.
   *
   * @param timestamp seconds of the time event that covers it, if any
   * @param expirationTime seconds at which the capability that signed it expires, if it does
   */
  public static LogEntry line(
      Cid cid, LogEntry.Kind kind, OptionalLong timestamp, OptionalLong expirationTime) {
    LogEntry line = LogEntry.of(cid, kind);
    if (timestamp.isPresent()) {
      line = line.at(Instant.ofEpochSecond(timestamp.getAsLong()));
    }
    return expirationTime.isPresent()
        ? line.expiring(Instant.ofEpochSecond(expirationTime.getAsLong()))
        : line;
  }
}
