package org.kiln.core.net;

import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.Multiaddr;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;

/**
 * Finds out who has content, and says what this node has. A service, there while the network and a
 * protocol that routes are. Thread-safe; calls block and are made to be made from virtual threads.
 */
public interface ContentRouting {
  /**
   * Peers that say they have the content, and where to dial them; hearsay.
   *
   * @param max how many are enough
   * @param deadline when to come back with what was found
   */
  Map<PeerId, List<Multiaddr>> providers(Cid cid, int max, Deadline deadline);

  /**
   * Tells others that this node has the content; must be said anew from time to time.
   *
   * @return how many peers were told
   */
  int provide(Cid cid, Deadline deadline);
}
