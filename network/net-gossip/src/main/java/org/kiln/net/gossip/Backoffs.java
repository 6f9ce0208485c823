package org.kiln.net.gossip;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kiln.api.net.PeerId;

/** Until when which peer is not to be grafted on which topic. Bounded. Not thread-safe. */
final class Backoffs {
  private static final int MAX_PER_TOPIC = 4096;

  private final Map<String, Map<PeerId, Long>> until = new HashMap<>();

  /** Holds off for at least that long. */
  void add(String topic, PeerId peer, long end) {
    Map<PeerId, Long> peers = until.computeIfAbsent(topic, key -> new LinkedHashMap<>());
    peers.merge(peer, end, Math::max);
    if (peers.size() > MAX_PER_TOPIC) {
      Iterator<PeerId> oldest = peers.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The end of the back-off; 0 when there is none. */
  long end(String topic, PeerId peer) {
    Map<PeerId, Long> peers = until.get(topic);
    return peers == null ? 0 : peers.getOrDefault(peer, 0L);
  }

  /** Forgets those that ended, slack included. */
  void expire(long now) {
    until
        .values()
        .removeIf(
            peers -> {
              peers.values().removeIf(end -> end + Parameters.BACKOFF_SLACK_MS <= now);
              return peers.isEmpty();
            });
  }
}
