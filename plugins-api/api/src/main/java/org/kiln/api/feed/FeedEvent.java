package org.kiln.api.feed;

import java.time.Instant;
import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;

/**
 * An event that has become deliverable: everything its {@code prev} reaches, back to the init event
 * of its stream, was delivered before it.
 *
 * @param token resumes behind it
 * @param stream its stream
 * @param cid the event
 * @param kind what kind of event
 * @param origin where it came from
 * @param receivedAt when this node kept it
 * @param blocks its blocks, the event's own first
 */
public record FeedEvent(
    ResumeToken token,
    StreamId stream,
    Cid cid,
    LogEntry.Kind kind,
    Origin origin,
    Instant receivedAt,
    List<Block> blocks) {

  /** Copies the list. */
  public FeedEvent {
    blocks = List.copyOf(blocks);
  }
}
