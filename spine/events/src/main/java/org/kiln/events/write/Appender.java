package org.kiln.events.write;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.store.Batch;
import org.kiln.core.log.NewEvent;
import org.kiln.core.log.NodeTables;
import org.kiln.events.journal.JournalBatch;
import org.kiln.events.journal.JournalEntry;
import org.kiln.events.order.KeySum;
import org.kiln.events.order.RangeUpdate;
import org.kiln.events.table.BlockEntry;
import org.kiln.events.table.EventRecord;
import org.kiln.events.table.EventRecord.Part;
import org.kiln.events.table.Place;
import org.kiln.events.table.SequenceIndex;

/** Puts events into one batch. What all of them share is written once, at the end. */
final class Appender {
  private final Batch batch;
  private final JournalBatch journal;
  private final long firstSequence;
  private final List<byte[]> streamKeys = new ArrayList<>();
  private final TreeMap<byte[], KeySum> newKeys = new TreeMap<>(Arrays::compareUnsigned);

  /**
   * Starts a batch.
   *
   * @param journal is told of every event
   * @param lastSequence the newest sequence in the log
   */
  Appender(Batch batch, JournalBatch journal, long lastSequence) {
    this.batch = batch;
    this.journal = journal;
    this.firstSequence = lastSequence + 1;
  }

  /** Puts an event, unless it is there; answers its sequence. */
  long append(IncomingEvent incoming) {
    Optional<BlockEntry> known = entry(incoming.event().cid());
    Optional<Place> kept = known.flatMap(BlockEntry::event);
    if (kept.isPresent()) {
      complete(kept.get(), incoming);
      incoming
          .moves()
          .ifPresent(
              kind ->
                  journal.moved(
                      incoming.event().stream(), incoming.event().cid(), kind, incoming.origin()));
      return kept.get().sequence();
    }
    Place place = new Place(incoming.streamKey(), firstSequence + streamKeys.size());
    streamKeys.add(incoming.streamKey());
    List<Part> parts = new ArrayList<>(incoming.blocks().size());
    for (Block block : incoming.blocks()) {
      parts.add(part(block, place, parts.size(), parts.isEmpty()));
    }
    NewEvent event = incoming.event();
    put(
        place,
        new EventRecord(
            event.kind(),
            event.authenticated(),
            event.receivedAt(),
            event.stream(),
            event.eventId(),
            parts));
    order(incoming, place);
    journal.kept(
        new JournalEntry(
            event.stream(), event.cid(), place.sequence(), incoming.moves(), incoming.origin()),
        incoming.previous());
    return place.sequence();
  }

  /** Writes what the events of the batch share. */
  void finish() {
    SequenceIndex.append(batch, firstSequence, streamKeys);
    RangeUpdate.add(batch, newKeys);
  }

  /** The newest sequence with this batch. */
  long lastSequence() {
    return firstSequence + streamKeys.size() - 1;
  }

  /** A block goes into this record, or is only named when an earlier event has brought it. */
  private Part part(Block block, Place place, int number, boolean isEvent) {
    Optional<BlockEntry> known = entry(block.cid());
    if (known.isEmpty()) {
      put(
          block.cid(),
          new BlockEntry(place, number, isEvent ? Optional.of(place) : Optional.empty()));
      return new Part.Here(block);
    }
    if (isEvent) {
      put(block.cid(), known.get().withEvent(place));
    }
    return new Part.Elsewhere(block.cid(), known.get().place(), known.get().number());
  }

  /** An event that is there learns what it lacks: that it is authentic, its EventId, blocks. */
  private void complete(Place place, IncomingEvent incoming) {
    EventRecord kept = EventRecord.read(batch.get(NodeTables.EVENTS, place.bytes()));
    NewEvent event = incoming.event();
    boolean authenticated = kept.authenticated() || event.authenticated();
    Optional<org.kiln.api.stream.EventId> eventId = kept.eventId().or(event::eventId);
    List<Part> parts = new ArrayList<>(kept.blocks());
    for (Block block : incoming.blocks()) {
      if (kept.blocks().stream().noneMatch(part -> part.cid().equals(block.cid()))) {
        parts.add(part(block, place, parts.size(), false));
      }
    }
    EventRecord completed =
        new EventRecord(
            kept.kind(), authenticated, kept.receivedAt(), kept.stream(), eventId, parts);
    if (!completed.equals(kept)) {
      put(place, completed);
    }
    if (kept.eventId().isEmpty()) {
      order(incoming, place);
    }
  }

  private void order(IncomingEvent incoming, Place place) {
    if (incoming.order().isPresent()) {
      byte[] key = incoming.order().get();
      byte[] sequence = ByteBuffer.allocate(Long.BYTES).putLong(place.sequence()).array();
      batch.put(NodeTables.ORDER, key, sequence);
      newKeys.put(key, incoming.sum().get());
    }
  }

  private Optional<BlockEntry> entry(Cid cid) {
    return Optional.ofNullable(batch.get(NodeTables.BLOCKS, cid.bytes())).map(BlockEntry::read);
  }

  private void put(Cid cid, BlockEntry entry) {
    batch.put(NodeTables.BLOCKS, cid.bytes(), entry.bytes());
  }

  private void put(Place place, EventRecord record) {
    batch.put(NodeTables.EVENTS, place.bytes(), record.bytes());
  }
}
