package org.kiln.net.bitswap;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerId;

/**
 * What peers have done that they should not, kept beyond the connection. Half of it is forgotten
 * every ten minutes. Thread-safe.
 */
final class PeerPenalties {
  /** So many end the connection. */
  static final double LIMIT = 100;

  private static final int MAX_PEERS = 1024;
  private static final double HALF_LIFE_NANOS = Duration.ofMinutes(10).toNanos();

  private record Note(double points, long atNanos) {}

  private final LongSupplier clock;
  private final Map<PeerId, Note> notes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Note> eldest) {
          return size() > MAX_PEERS;
        }
      };

  PeerPenalties(LongSupplier clock) {
    this.clock = clock;
  }

  /** Adds to a peer's; answers whether it has too many now. */
  synchronized boolean add(PeerId peer, double points) {
    double sum = of(peer) + points;
    notes.put(peer, new Note(sum, clock.getAsLong()));
    return sum >= LIMIT;
  }

  /** What a peer has. */
  synchronized double of(PeerId peer) {
    Note note = notes.get(peer);
    if (note == null) {
      return 0;
    }
    long passed = clock.getAsLong() - note.atNanos;
    return note.points * Math.pow(0.5, passed / HALF_LIFE_NANOS);
  }
}
