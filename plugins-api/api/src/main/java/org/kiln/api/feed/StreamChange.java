package org.kiln.api.feed;

import java.util.Objects;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;

/**
 * A stream has a new tip. Its state is asked of {@link org.kiln.api.stream.StreamReader}: by the
 * stream for the newest one, which is at least as new as this change, or by stream and tip for the
 * state that this change made. Immutable.
 */
public final class StreamChange {
  private final ResumeToken token;
  private final StreamId stream;
  private final Cid tip;
  private final Kind kind;
  private final Origin origin;

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

  private StreamChange(ResumeToken token, StreamId stream, Cid tip, Kind kind, Origin origin) {
    this.token = Objects.requireNonNull(token, "token");
    this.stream = Objects.requireNonNull(stream, "stream");
    this.tip = Objects.requireNonNull(tip, "tip");
    this.kind = Objects.requireNonNull(kind, "kind");
    this.origin = Objects.requireNonNull(origin, "origin");
  }

  /**
   * A change.
   *
   * @param token resumes behind it
   * @param stream the stream
   * @param tip the event that is its tip now
   * @param kind what moved it
   * @param origin where that came from
   */
  public static StreamChange of(
      ResumeToken token, StreamId stream, Cid tip, Kind kind, Origin origin) {
    return new StreamChange(token, stream, tip, kind, origin);
  }

  /** Resumes behind it. */
  public ResumeToken token() {
    return token;
  }

  /** The stream. */
  public StreamId stream() {
    return stream;
  }

  /** The event that is its tip now. */
  public Cid tip() {
    return tip;
  }

  /** What moved it. */
  public Kind kind() {
    return kind;
  }

  /** Where that came from. */
  public Origin origin() {
    return origin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamChange that
        && token.equals(that.token)
        && stream.equals(that.stream)
        && tip.equals(that.tip)
        && kind == that.kind
        && origin.equals(that.origin);
  }

  @Override
  public int hashCode() {
    return Objects.hash(token, stream, tip);
  }

  @Override
  public String toString() {
    return "StreamChange["
        + token
        + ", "
        + kind
        + " "
        + stream
        + " to "
        + tip
        + ", "
        + origin
        + "]";
  }
}
