package org.kiln.events.table;

import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.core.log.StoredEvent;
import org.kiln.events.table.EventRecord.Part;

/** Reads events and blocks of one snapshot. Not thread-safe, like the snapshot. */
public final class EventReader {
  private final Snapshot snapshot;
  // Time events of one anchoring share their proof: its record is read once for a page of them.
  private final Map<Long, EventRecord> shared = new HashMap<>();

  /** Of that snapshot, while it is open. */
  public EventReader(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** What the index of blocks says of a block; empty when it knows none. */
  public Optional<BlockEntry> entry(Cid cid) {
    try {
      return Optional.ofNullable(snapshot.get(NodeTables.BLOCKS, cid.bytes()))
          .map(BlockEntry::read);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw corrupt("The index's entry of block " + cid + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The event with that CID; empty when it is not here. */
  public Optional<StoredEvent> event(Cid cid) {
    return entry(cid)
        .flatMap(BlockEntry::event)
        .map(
            place -> {
              StoredEvent found = event(place);
              if (!found.event().cid().equals(cid)) {
                throw corrupt("Event " + cid + " is not where the log says", null);
              }
              return found;
            });
  }

  /** The block with that CID; empty when no event has brought it. */
  public Optional<Block> block(Cid cid) {
    return entry(cid).map(entry -> block(record(entry.place()), entry.number(), cid));
  }

  /**
   * The event at a place.
   *
   * @throws StoreException CORRUPT when there is none, or it is not as it was kept
   */
  public StoredEvent event(Place place) {
    return event(place.sequence(), record(place));
  }

  StoredEvent event(long sequence, byte[] record) {
    return event(sequence, decode(sequence, record));
  }

  private StoredEvent event(long sequence, EventRecord record) {
    List<Block> blocks = new ArrayList<>(record.blocks().size());
    for (Part part : record.blocks()) {
      blocks.add(
          switch (part) {
            case Part.Here here -> verified(here.block());
            case Part.Elsewhere elsewhere ->
                block(
                    shared.computeIfAbsent(
                        elsewhere.place().sequence(), s -> record(elsewhere.place())),
                    elsewhere.number(),
                    elsewhere.cid());
          });
    }
    NewEvent event =
        new NewEvent(
            record.stream(),
            record.cid(),
            record.kind(),
            record.eventId(),
            record.authenticated(),
            record.receivedAt(),
            List.copyOf(blocks));
    return new StoredEvent(sequence, event);
  }

  private Block block(EventRecord record, int number, Cid cid) {
    return record
        .block(number)
        .filter(block -> block.cid().equals(cid))
        .map(EventReader::verified)
        .orElseThrow(() -> corrupt("Block " + cid + " is not where the log says", null));
  }

  private static Block verified(Block block) {
    if (block.cid().hashFunction() == Cid.SHA2_256 && !block.verified()) {
      throw corrupt("The bytes of block " + block.cid() + " are not what was kept", null);
    }
    return block;
  }

  private EventRecord record(Place place) {
    byte[] record = snapshot.get(NodeTables.EVENTS, place.bytes());
    if (record == null) {
      throw corrupt("Event " + place.sequence() + " is not where the log says", null);
    }
    return decode(place.sequence(), record);
  }

  private static EventRecord decode(long sequence, byte[] record) {
    try {
      return EventRecord.read(record);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
      throw corrupt("Event " + sequence + " of the log cannot be read: " + e.getMessage(), e);
    }
  }

  private static StoreException corrupt(String message, Throwable cause) {
    return new StoreException(StoreException.Kind.CORRUPT, message, cause);
  }
}
