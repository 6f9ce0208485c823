package org.kiln.core.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.StreamId;

/**
 * The log of all events, the node's source of truth. Everything else is derived from it.
 * Thread-safe; all calls may block on the disk.
 */
public interface EventLog {

  /**
   * Keeps events: all of them or none. Comes back when they are durable. An event that is there
   * already is not written again, but learns what it lacked: that it is authentic, its EventId,
   * further blocks.
   *
   * @param also further writes of the caller's own tables that must stand or fall with the events;
   *     may be run more than once, on the writer's thread
   * @return the sequence number of each, in order
   * @throws LogBusyException when the queue stays full until the deadline; nothing is kept then
   * @throws org.kiln.api.store.StoreException when the store fails; nothing is kept then
   */
  List<Long> admit(List<Admission> events, Consumer<? super Batch> also, Deadline deadline)
      throws LogBusyException;

  /** Keeps events of which nothing else is known, and nothing else with them. */
  default List<Long> append(List<NewEvent> events, Deadline deadline) throws LogBusyException {
    return admit(events.stream().map(Admission::of).toList(), batch -> {}, deadline);
  }

  /** The event of that CID. */
  Optional<StoredEvent> event(Cid cid);

  /** Whether the event of that CID is there; cheaper than {@link #event}. */
  boolean contains(Cid cid);

  /**
   * Whether any event may wait for one that it builds on and that is not here; costs nothing. False
   * means that of no stream there is an event without its first one.
   */
  default boolean mayHold() {
    return true;
  }

  /** A block of any event. */
  Optional<Block> block(Cid cid);

  /**
   * Walks the events of a stream in the order of their numbers, in one range scan. Streams are told
   * apart by their init event: what came in under another stream type is found too. The sink may
   * write; what it or others add meanwhile may be seen. The same holds for the other walks.
   *
   * @param afterSequence exclusive; 0 for all
   * @param sink answers whether to go on
   */
  void scanStream(StreamId stream, long afterSequence, Predicate<StoredEvent> sink);

  /**
   * The next events of a stream, as many as are read at once; none when there are no more. For who
   * reads at the pace of another and keeps what was read until it is wanted.
   *
   * @param afterSequence exclusive; 0 for the first ones
   */
  default List<StoredEvent> streamPage(StreamId stream, long afterSequence) {
    List<StoredEvent> page = new ArrayList<>();
    scanStream(
        stream,
        afterSequence,
        event -> {
          page.add(event);
          return page.size() < 32;
        });
    return page;
  }

  /**
   * Walks all events in the order of their numbers.
   *
   * @param afterSequence exclusive; 0 for all
   * @param sink answers whether to go on
   */
  void scan(long afterSequence, Predicate<StoredEvent> sink);

  /** The newest sequence number, 0 when there is no event. */
  long lastSequence();

  /** How many events there are. */
  long size();

  /**
   * The hash of the keys with {@code from <= key < to} in the Recon order, as ceramic-one computes
   * it: with more than two million keys its words may lose their lowest bits, so that sums of parts
   * and hashes of the whole are not the same any more.
   *
   * @param from binary EventId or range bound; empty for the smallest
   * @param to binary EventId or range bound, exclusive
   */
  RangeHash rangeHash(byte[] from, byte[] to);

  /**
   * Walks the keys with {@code from <= key < to} in the Recon order.
   *
   * @param sink answers whether to go on
   */
  void scanKeys(byte[] from, byte[] to, Predicate<EventId> sink);

  /**
   * The key of {@code from <= key < to} with so many keys of the range below it.
   *
   * @return empty when the range has no more keys than that
   */
  default Optional<EventId> keyAt(byte[] from, byte[] to, long offset) {
    List<EventId> found = new ArrayList<>(1);
    long[] left = {offset};
    scanKeys(
        from,
        to,
        key -> {
          if (left[0]-- == 0) {
            found.add(key);
          }
          return found.isEmpty();
        });
    return found.stream().findFirst();
  }

  /** What the log holds and does, for metrics. */
  LogStats stats();

  /**
   * Numbers of the log.
   *
   * @param events events kept
   * @param diskBytes bytes on disk
   * @param queued events waiting for the writer
   * @param batches batches written since start
   * @param batchedEvents events in those batches
   */
  record LogStats(long events, long diskBytes, int queued, long batches, long batchedEvents) {}
}
