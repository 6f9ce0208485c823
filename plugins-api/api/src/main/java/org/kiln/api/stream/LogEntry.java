package org.kiln.api.stream;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.kiln.api.ipld.Cid;

/** One line of a stream's log. Immutable. */
public final class LogEntry {
  /** Stands for no time: before everything an Instant can be. */
  private static final long NONE = Long.MIN_VALUE;

  private final Cid cid;
  private final Kind kind;

  /** Logs are long and kept in memory: numbers, of which instants are made for who asks. */
  private final long timestamp;

  private final long expirationTime;

  /** The kinds, in the order of their numbers in the HTTP API: 0, 1, 2. */
  public enum Kind {
    /** The first event. */
    INIT,
    /** A change. */
    DATA,
    /** A timestamp. */
    TIME
  }

  private LogEntry(Cid cid, Kind kind, long timestamp, long expirationTime) {
    this.cid = cid;
    this.kind = kind;
    this.timestamp = timestamp;
    this.expirationTime = expirationTime;
  }

  /** The line of an event that no time event covers and whose signature does not expire. */
  public static LogEntry of(Cid cid, Kind kind) {
    return new LogEntry(
        Objects.requireNonNull(cid, "cid"), Objects.requireNonNull(kind, "kind"), NONE, NONE);
  }

  /** The same entry with the time of the event that covers it; parts of a second are dropped. */
  public LogEntry at(Instant time) {
    return new LogEntry(cid, kind, time.getEpochSecond(), expirationTime);
  }

  /** The same entry of an event whose capability expires; parts of a second are dropped. */
  public LogEntry expiring(Instant time) {
    return new LogEntry(cid, kind, timestamp, time.getEpochSecond());
  }

  /** The event. */
  public Cid cid() {
    return cid;
  }

  /** What kind of event. */
  public Kind kind() {
    return kind;
  }

  /** The time, to the second, of the time event that covers it, if any. */
  public Optional<Instant> timestamp() {
    return instant(timestamp);
  }

  /** When, to the second, the capability that signed it expires, if it does. */
  public Optional<Instant> expirationTime() {
    return instant(expirationTime);
  }

  private static Optional<Instant> instant(long seconds) {
    return seconds == NONE ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogEntry that
        && cid.equals(that.cid)
        && kind == that.kind
        && timestamp == that.timestamp
        && expirationTime == that.expirationTime;
  }

  @Override
  public int hashCode() {
    return Objects.hash(cid, kind, timestamp, expirationTime);
  }

  @Override
  public String toString() {
    return "LogEntry["
        + kind
        + " "
        + cid
        + timestamp().map(time -> ", at " + time).orElse("")
        + expirationTime().map(time -> ", expires " + time).orElse("")
        + "]";
  }
}
