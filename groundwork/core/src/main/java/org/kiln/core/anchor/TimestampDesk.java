package org.kiln.core.anchor;

import java.util.Optional;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;

/**
 * Takes requests for time events on behalf of other nodes: anchors the tips with this node's own
 * and keeps what came of it until it is fetched. Thread-safe.
 */
public interface TimestampDesk {

  /**
   * Asks for a time event on a tip of a stream that need not be known here. Requests are told apart
   * by stream and tip: what one client says a tip belongs to is nothing to another. A newer tip of
   * the same stream from the same client takes an older one's place, whose ticket becomes REPLACED
   * unless another client waits for it. Durable when it comes back.
   *
   * @param client who asks, normally a DID
   * @throws LogBusyException when the request cannot be written before the deadline
   */
  Answer request(String client, StreamId stream, Cid tip, Deadline deadline)
      throws LogBusyException;

  /**
   * What became of the request for a tip.
   *
   * @param client who wants to know: of several streams with that tip, the one it asked for last is
   *     meant; of a client that asked for none, the one that was asked for first
   */
  Optional<Ticket> ticket(String client, Cid tip);

  /** The CAIP-2 chain that tips are anchored on; empty when nothing is anchored here. */
  Optional<String> chain();

  /**
   * What a request came to.
   *
   * @param ticket the ticket
   * @param created whether it is new
   */
  record Answer(Ticket ticket, boolean created) {}

  /**
   * A request and what became of it.
   *
   * @param id a random UUID
   * @param stream the stream
   * @param tip the tip
   * @param status how far it is
   * @param createdAt unix milliseconds
   * @param updatedAt unix milliseconds
   * @param message a sentence for the client
   * @param timeEvent CID of the time event, once COMPLETED
   * @param witnessCar a CARv1 with the time event as root, the proof and the tree nodes on the
   *     path, once COMPLETED; not changed by anyone
   */
  record Ticket(
      String id,
      StreamId stream,
      Cid tip,
      Status status,
      long createdAt,
      long updatedAt,
      String message,
      Optional<Cid> timeEvent,
      Optional<byte[]> witnessCar) {}

  /** How far a request is, in the words of the Ceramic Anchor Service. */
  enum Status {
    /** Waits for a batch. */
    PENDING,
    /** In a batch. */
    PROCESSING,
    /** Done. */
    COMPLETED,
    /** Failed for good. */
    FAILED,
    /** A newer tip of the same stream took over. */
    REPLACED
  }
}
