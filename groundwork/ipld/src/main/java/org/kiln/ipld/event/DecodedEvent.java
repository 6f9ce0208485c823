package org.kiln.ipld.event;

import java.util.List;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.stream.Event;

/**
 * An event with its blocks, every one of which hashes to its CID and is within the size limit.
 *
 * @param event the event
 * @param envelope the signed envelope, empty for unsigned events
 * @param blocks the blocks to keep, the event's own block first: envelope, payload and capability,
 *     or the time event with its proof and the tree nodes on its path
 */
public record DecodedEvent(Event event, Optional<SignedEnvelope> envelope, List<Block> blocks) {}
