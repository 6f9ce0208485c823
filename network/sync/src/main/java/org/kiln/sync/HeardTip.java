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
 * @param wanted the model that a stream nobody asked for is followed for, if it is
 * @param origin who says so
 * @param payer who pays for following it
 */
record HeardTip(
    StreamId stream, Cid tip, Optional<StreamId> wanted, PubSub.Origin origin, Payer payer) {
  /** A tip of a stream that is here, or asked for. */
  static HeardTip of(StreamId stream, Cid tip, PubSub.Origin origin, Payer payer) {
    return new HeardTip(stream, tip, Optional.empty(), origin, payer);
  }

  /** Who probably has its events: who names the tip, and then whoever handed that on. */
  Set<PeerId> hints() {
    return origin.direct() ? Set.of(origin.via()) : Set.of(origin.author(), origin.via());
  }
}
