package org.kiln.api.stream;

import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;

/**
 * One line of a stream's log.
 *
 * @param cid the event
 * @param kind what kind of event
 * @param timestamp unix seconds of the time event that covers it, if any
 * @param expirationTime unix seconds at which the capability that signed it expires, if it does
 */
public record LogEntry(Cid cid, Kind kind, OptionalLong timestamp, OptionalLong expirationTime) {

  /** The kinds, in the order of their numbers in the HTTP API: 0, 1, 2. */
  public enum Kind {
    /** The first event. */
    INIT,
    /** A change. */
    DATA,
    /** A timestamp. */
    TIME
  }

  /** The same entry with the time of the event that covers it. */
  public LogEntry at(OptionalLong seconds) {
    return new LogEntry(cid, kind, seconds, expirationTime);
  }
}
