package org.kiln.sync;

import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.stream.StreamId;
import org.kiln.core.net.PubSub;

/**
 * A tip that was heard of.
 *
 * @param stream whose tip
 * @param tip the tip's CID
 * @param model what its stream is of, as is said with it
 * @param wanted whether a stream that nobody asked for is followed for its model
 * @param origin who says so
 * @param payer who pays for following it
 */
record HeardTip(
    StreamId stream,
    Cid tip,
    Optional<StreamId> model,
    boolean wanted,
    PubSub.Origin origin,
    Payer payer) {
  /** A tip of a stream that is here, or asked for. */
  static HeardTip of(StreamId stream, Cid tip, PubSub.Origin origin, Payer payer) {
    return new HeardTip(stream, tip, Optional.empty(), false, origin, payer);
  }

  /** The same, followed for its model, which was not wanted before. */
  HeardTip nowWanted() {
    return new HeardTip(stream, tip, model, true, origin, payer);
  }

  /** What its stream must be of to be kept. */
  Optional<StreamId> mustBeOf() {
    return wanted ? model : Optional.empty();
  }

  /** Who probably has its events: who names the tip, and then whoever handed that on. */
  Set<PeerId> hints() {
    return origin.direct() ? Set.of(origin.via()) : Set.of(origin.author(), origin.via());
  }
}
