package org.kiln.net.kad;

import java.util.List;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;

/** A peer as messages name it: its id, and where it may be dialled; hearsay. */
record KadPeer(PeerId id, List<Multiaddr> addresses) {
  KadPeer {
    addresses = List.copyOf(addresses);
  }
}
