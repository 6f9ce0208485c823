package org.kiln.net.bitswap;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.ipld.Cid;

/** Blocks that peers wait for and that are not there. Thread-safe. */
final class PendingWants {
  private final Map<Cid, Set<PeerLink>> links = new ConcurrentHashMap<>();

  void add(Cid cid, PeerLink link) {
    links.compute(
        cid,
        (key, waiting) -> {
          Set<PeerLink> all = waiting == null ? ConcurrentHashMap.newKeySet(1) : waiting;
          all.add(link);
          return all;
        });
  }

  void remove(Cid cid, PeerLink link) {
    links.computeIfPresent(
        cid,
        (key, waiting) -> {
          waiting.remove(link);
          return waiting.isEmpty() ? null : waiting;
        });
  }

  /** The block is there: who waits for it is told, and waits no more. */
  void arrived(Cid cid) {
    Set<PeerLink> waiting = links.remove(cid);
    if (waiting != null) {
      waiting.forEach(link -> link.turnedUp(cid));
    }
  }

  boolean isEmpty() {
    return links.isEmpty();
  }

  int size() {
    return links.size();
  }
}
