package org.kiln.core.anchor;

import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.LogBusyException;

/**
 * Where the stream service leaves its wishes for time events. Optional in a node: without it nothing is
 * ever anchored. The anchor service hands finished time events to {@link
 * org.kiln.core.stream.StreamService#receive}. Thread-safe.
 */
public interface AnchorRequests {

  /**
   * Asks for a time event on a tip; a newer tip of the same stream takes an older one's place. Durable
   * when it comes back.
   *
   * @return the status of the request, normally PENDING; NOT_REQUESTED when anchoring is switched off
   * @throws LogBusyException when the request cannot be written before the deadline
   */
  AnchorStatus request(StreamId stream, Cid tip, Deadline deadline) throws LogBusyException;

  /** The status of a tip's request; NOT_REQUESTED when there is none. Cheap, does not block. */
  AnchorStatus status(StreamId stream, Cid tip);
}
