package org.kiln.core.net;

import java.util.OptionalDouble;
import org.kiln.api.net.PeerId;

/**
 * What a protocol thinks of its peers, for operators. Register it as a service; it is asked often
 * and must come back quickly.
 */
public interface PeerScore {
  /** Who judges, for example {@code gossip}. */
  String name();

  /** Its score of that peer, below 0 when the peer misbehaves; empty when it knows none. */
  OptionalDouble score(PeerId peer);
}
