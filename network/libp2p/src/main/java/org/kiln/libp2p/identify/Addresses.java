package org.kiln.libp2p.identify;

import java.util.List;
import org.kiln.api.net.Multiaddr;
import org.kiln.kit.net.Multiaddrs;

/** Addresses out of messages: one that cannot be read must not sink the others. */
final class Addresses {
  private Addresses() {}

  static void add(byte[] bytes, List<Multiaddr> addresses) {
    try {
      Multiaddr address = Multiaddrs.decode(bytes).withoutPeer();
      if (!addresses.contains(address)) {
        addresses.add(address);
      }
    } catch (IllegalArgumentException e) {
      // A transport we do not know: of no use to us, and no fault of the peer's.
      return;
    }
  }
}
