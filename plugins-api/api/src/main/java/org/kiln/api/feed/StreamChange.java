package org.kiln.api.feed;

import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * A stream has a new tip. Its state is asked of {@link org.kiln.api.stream.StreamReader}: by the
 * stream for the newest one, which is at least as new as this change, or by stream and tip for the
 * state that this change made.
 *
 * @param token resumes behind it
 * @param stream the stream
 * @param tip the event that is its tip now
 * @param kind what moved it
 * @param origin where that came from
 */
public record StreamChange(ResumeToken token, StreamId stream, Cid tip, Kind kind, Origin origin) {

  /** What moves a stream. */
  public enum Kind {
    /** It has its first state. */
    CREATED,
    /** Events were added, and the last of them is a data event. */
    UPDATED,
    /** Events were added, and the last of them is a time event. */
    ANCHORED,
    /**
     * Another branch has won, or events of the log before do not stand any more: the log before is
     * no beginning of the log now.
     */
    REORGANIZED
  }
}
