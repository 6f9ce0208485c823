package org.kiln.events.write;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.EventId;
import org.kiln.core.log.Admission;
import org.kiln.core.log.NewEvent;
import org.kiln.events.journal.Previous;
import org.kiln.events.order.KeySum;
import org.kiln.events.order.OrderedKeys;
import org.kiln.events.table.Place;

/**
 * An event to keep, checked, with everything that costs time computed before the writer sees it.
 *
 * @param event the event
 * @param streamKey its stream's key in the events table
 * @param blocks its blocks, each once
 * @param order its key in the Recon order
 * @param sum that key's sum
 * @param bytes how much it weighs
 * @param previous the event it builds on, if it does
 * @param origin where it came from
 * @param moves how it moves its stream, if that is known
 */
record IncomingEvent(
    NewEvent event,
    byte[] streamKey,
    List<Block> blocks,
    Optional<byte[]> order,
    Optional<KeySum> sum,
    int bytes,
    Optional<Cid> previous,
    Origin origin,
    Optional<StreamChange.Kind> moves) {

  /** A record is one value of the store. */
  private static final int MAX_BYTES = 8 << 20;

  private static final int OVERHEAD_BYTES = 512;

  static IncomingEvent of(Admission admission) {
    NewEvent event = admission.event();
    if (event.blocks().isEmpty() || !event.blocks().getFirst().cid().equals(event.cid())) {
      throw new IllegalArgumentException(
          "The first block of event " + event.cid() + " is not its own");
    }
    if (event.receivedAt() < 0) {
      throw new IllegalArgumentException("Event " + event.cid() + " came before 1970");
    }
    Optional<byte[]> order = event.eventId().map(id -> order(id, event.cid()));
    List<Block> blocks = new ArrayList<>(event.blocks().size());
    Set<Cid> seen = new HashSet<>();
    long bytes = OVERHEAD_BYTES;
    for (Block block : event.blocks()) {
      if (seen.add(block.cid())) {
        blocks.add(block);
        bytes += 2L * block.cid().size() + block.size();
      }
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "Event " + event.cid() + " weighs " + bytes + " bytes; at most 8 MiB can be kept");
    }
    return new IncomingEvent(
        event,
        Place.streamKey(event.stream().init()),
        blocks,
        order,
        order.map(KeySum::of),
        (int) bytes,
        admission.previous().or(() -> Previous.of(event)),
        admission.origin(),
        admission.moves());
  }

  private static byte[] order(EventId id, Cid event) {
    byte[] bytes = id.bytes();
    if (bytes.length > OrderedKeys.MAX_BYTES || !id.event().equals(event)) {
      throw new IllegalArgumentException("EventId " + id + " is not one of event " + event);
    }
    return bytes;
  }
}
