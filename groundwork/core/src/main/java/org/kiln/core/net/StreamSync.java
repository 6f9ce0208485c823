package org.kiln.core.net;

import java.time.Duration;
import java.util.Optional;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;

/**
 * What the stream service asks of other nodes. A service, there while the network is. Whatever
 * comes in goes through the door for events from the network, and is checked there. Thread-safe.
 */
public interface StreamSync {

  /**
   * Whether other nodes have nothing to tell of a stream that was not heard already: they were
   * asked since the start, one of them has told its tip, or the stream has {@link #begun} here.
   */
  boolean asked(StreamId stream);

  /** A stream has been made here that nobody else can have: others need not be asked for it. */
  void begun(StreamId stream);

  /**
   * Asks other nodes for the tips of a stream, fetches what is not here, and takes it in. Blocks.
   *
   * @param wait how long to wait for answers; it is over earlier when nobody is there to answer, or
   *     no further answer comes; when it is zero, what is answered is followed in the background
   * @param deadline when the call must come back, whatever is still under way
   */
  void ask(StreamId stream, Duration wait, Deadline deadline);

  /**
   * Fetches one event of a stream with those before it, and takes them in. Blocks.
   *
   * @param deadline when the call must come back, whatever is still under way
   */
  void fetch(StreamId stream, Cid event, Deadline deadline);

  /**
   * Fetches a block that belongs to an event, for example of a proof. Blocks; nothing is stored.
   *
   * @return empty when nobody gave it in time
   */
  Optional<Block> block(Cid cid, Deadline deadline);

  /**
   * Tells other nodes of a tip that was made here. Comes back at once; of several tips of one
   * stream that wait to be told, the last one is.
   *
   * @param model the model of the stream, if it has one
   */
  void announce(StreamId stream, Cid tip, Optional<StreamId> model);
}
