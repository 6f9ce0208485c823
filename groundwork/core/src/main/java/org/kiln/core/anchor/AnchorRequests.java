package org.kiln.core.anchor;

import java.util.Optional;
import java.util.function.Consumer;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;

/**
 * Where the stream service leaves its wishes for time events. Optional in a node: without it
 * nothing is ever anchored. The anchor service hands finished time events to {@link
 * org.kiln.core.stream.TimeEventWrites#continueAll}. Thread-safe.
 */
public interface AnchorRequests {

  /**
   * Asks for a time event on a tip; a newer tip of the same stream takes an older one's place.
   * Durable when it comes back.
   *
   * @return the status of the request, normally PENDING; NOT_REQUESTED when anchoring is switched
   *     off
   * @throws LogBusyException when the request cannot be written before the deadline
   */
  AnchorStatus request(StreamId stream, Cid tip, Deadline deadline) throws LogBusyException;

  /**
   * The same as part of a write of the caller's own, so that an event and its request become
   * durable together at the cost of one sync.
   *
   * @return the write to run in the caller's batch, and what to run once that batch is durable;
   *     empty when anchoring is switched off
   */
  Optional<Request> prepare(StreamId stream, Cid tip);

  /**
   * A request on its way.
   *
   * @param write puts the request; may be run more than once, on the writer's thread
   * @param committed tells the anchor service that it is durable; comes back quickly
   */
  record Request(Consumer<? super Batch> write, Runnable committed) {}

  /** The status of a tip's request; NOT_REQUESTED when there is none. Cheap, does not block. */
  AnchorStatus status(StreamId stream, Cid tip);
}
