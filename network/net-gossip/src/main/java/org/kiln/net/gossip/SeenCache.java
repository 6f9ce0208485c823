package org.kiln.net.gossip;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ids of messages seen lately: ids only, never a message. Not thread-safe. */
final class SeenCache {
  private final long ttlMs;
  private final int max;
  private final Map<String, Long> seen = new LinkedHashMap<>();

  SeenCache(long ttlMs, int max) {
    this.ttlMs = ttlMs;
    this.max = max;
  }

  /** Whether it was seen; if so, it counts as seen now. */
  boolean sighted(String id, long now) {
    Long until = seen.remove(id);
    if (until == null || until <= now) {
      return false;
    }
    seen.put(id, now + ttlMs);
    return true;
  }

  boolean contains(String id, long now) {
    Long until = seen.get(id);
    return until != null && until > now;
  }

  /** Remembers it, and forgets the oldest when there are too many. */
  void add(String id, long now) {
    seen.remove(id);
    seen.put(id, now + ttlMs);
    if (seen.size() > max) {
      Iterator<String> oldest = seen.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  void remove(String id) {
    seen.remove(id);
  }

  void expire(long now) {
    Iterator<Long> oldest = seen.values().iterator();
    while (oldest.hasNext() && oldest.next() <= now) {
      oldest.remove();
    }
  }

  int size() {
    return seen.size();
  }
}
