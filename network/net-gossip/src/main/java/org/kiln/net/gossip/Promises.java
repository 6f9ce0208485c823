package org.kiln.net.gossip;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.kiln.api.net.PeerId;

/**
 * Messages that peers said they have and were asked for: who does not send them has only wasted our
 * time. One id stands for each request. Not thread-safe.
 */
final class Promises {
  private final Map<String, Map<PeerId, Long>> open = new HashMap<>();

  void made(PeerId peer, String id, long until) {
    open.computeIfAbsent(id, key -> new HashMap<>()).putIfAbsent(peer, until);
  }

  /** The message has come, from whomever. */
  void kept(String id) {
    open.remove(id);
  }

  void forget(PeerId peer) {
    open.values().removeIf(peers -> peers.remove(peer) != null && peers.isEmpty());
  }

  /** Takes out those that are overdue: how many, by peer. */
  Map<PeerId, Integer> broken(long now) {
    Map<PeerId, Integer> broken = new HashMap<>();
    for (Iterator<Map<PeerId, Long>> all = open.values().iterator(); all.hasNext(); ) {
      Map<PeerId, Long> peers = all.next();
      peers
          .entrySet()
          .removeIf(
              promise -> {
                boolean overdue = promise.getValue() <= now;
                if (overdue) {
                  broken.merge(promise.getKey(), 1, Integer::sum);
                }
                return overdue;
              });
      if (peers.isEmpty()) {
        all.remove();
      }
    }
    return broken;
  }

  int size() {
    return open.size();
  }
}
