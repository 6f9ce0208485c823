package org.kiln.sync;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kiln.api.net.PeerId;

/**
 * Authors whose tips lead nowhere. Who has named too many is not heeded for a while. Thread-safe.
 */
final class Strikes {
  /** For a tip that does not belong to its stream: its author lies. */
  static final int LIE = 4;

  /** For a tip whose events were not to be had: perhaps its author has just gone. */
  static final int MISS = 1;

  private static final int OUT = 32;
  private static final int MAX_PEERS = 1024;
  private static final long HALF_LIFE_MS = 60_000;

  private record Count(double count, long at) {}

  private final Map<PeerId, Count> counts = new LinkedHashMap<>();

  private static double now(Count count, long now) {
    return count == null
        ? 0
        : count.count * Math.pow(0.5, (now - count.at) / (double) HALF_LIFE_MS);
  }

  synchronized void add(PeerId author, int strikes, long now) {
    Count count = counts.remove(author);
    counts.put(author, new Count(now(count, now) + strikes, now));
    if (counts.size() > MAX_PEERS) {
      counts.remove(counts.keySet().iterator().next());
    }
  }

  synchronized boolean out(PeerId author, long now) {
    return now(counts.get(author), now) >= OUT;
  }
}
