package org.kiln.core.log;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;

/**
 * An event to keep.
 *
 * @param stream the stream it belongs to
 * @param cid the event's CID
 * @param kind what kind of event
 * @param eventId its key in the Recon order; empty for streams that have none (Tile, CAIP-10 link)
 * @param authenticated whether its signature was checked (an unsigned event counts as checked);
 *     false when the DID method was missing, so that it is checked later
 * @param receivedAt unix milliseconds
 * @param blocks its blocks, the event's own first, each verified
 */
public record NewEvent(
    StreamId stream,
    Cid cid,
    LogEntry.Kind kind,
    Optional<EventId> eventId,
    boolean authenticated,
    long receivedAt,
    List<Block> blocks) {}
