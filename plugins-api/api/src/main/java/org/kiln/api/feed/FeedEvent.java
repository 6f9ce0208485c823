package org.kiln.api.feed;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;

/**
 * An event that has become deliverable: everything its {@code prev} reaches, back to the init event
 * of its stream, was delivered before it. Immutable.
 */
public final class FeedEvent {
  private final ResumeToken token;
  private final StreamId stream;
  private final Cid cid;
  private final LogEntry.Kind kind;
  private final Origin origin;
  private final Instant receivedAt;
  private final List<Block> blocks;

  private FeedEvent(
      ResumeToken token,
      StreamId stream,
      Cid cid,
      LogEntry.Kind kind,
      Origin origin,
      Instant receivedAt,
      List<Block> blocks) {
    this.token = Objects.requireNonNull(token, "token");
    this.stream = Objects.requireNonNull(stream, "stream");
    this.cid = Objects.requireNonNull(cid, "cid");
    this.kind = Objects.requireNonNull(kind, "kind");
    this.origin = Objects.requireNonNull(origin, "origin");
    this.receivedAt = Objects.requireNonNull(receivedAt, "receivedAt");
    this.blocks = List.copyOf(blocks);
  }

  /**
   * An event.
   *
   * @param token resumes behind it
   * @param stream its stream
   * @param cid the event
   * @param kind what kind of event
   * @param origin where it came from
   * @param receivedAt when this node kept it
   * @param blocks its blocks, the event's own first; the list is copied
   */
  public static FeedEvent of(
      ResumeToken token,
      StreamId stream,
      Cid cid,
      LogEntry.Kind kind,
      Origin origin,
      Instant receivedAt,
      List<Block> blocks) {
    return new FeedEvent(token, stream, cid, kind, origin, receivedAt, blocks);
  }

  /** Resumes behind it. */
  public ResumeToken token() {
    return token;
  }

  /** Its stream. */
  public StreamId stream() {
    return stream;
  }

  /** The event. */
  public Cid cid() {
    return cid;
  }

  /** What kind of event. */
  public LogEntry.Kind kind() {
    return kind;
  }

  /** Where it came from. */
  public Origin origin() {
    return origin;
  }

  /** When this node kept it. */
  public Instant receivedAt() {
    return receivedAt;
  }

  /** Its blocks, the event's own first. */
  public List<Block> blocks() {
    return blocks;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeedEvent that
        && token.equals(that.token)
        && stream.equals(that.stream)
        && cid.equals(that.cid)
        && kind == that.kind
        && origin.equals(that.origin)
        && receivedAt.equals(that.receivedAt)
        && blocks.equals(that.blocks);
  }

  @Override
  public int hashCode() {
    return Objects.hash(token, stream, cid);
  }

  @Override
  public String toString() {
    return "FeedEvent["
        + token
        + ", "
        + kind
        + " "
        + cid
        + " of "
        + stream
        + ", "
        + origin
        + ", "
        + receivedAt
        + "]";
  }
}
