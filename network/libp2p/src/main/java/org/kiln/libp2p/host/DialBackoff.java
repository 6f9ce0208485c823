package org.kiln.libp2p.host;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.kiln.api.net.PeerId;

/**
 * Peers that could not be reached are left alone for a while: 5 s after the first failure, doubling
 * to 10 min, give or take a fifth. Thread-safe.
 */
final class DialBackoff {
  private static final long FIRST = TimeUnit.SECONDS.toNanos(5);
  private static final long LAST = TimeUnit.MINUTES.toNanos(10);
  private static final int MAX_PEERS = 4096;

  private record Failure(int count, long untilNanos) {}

  private final LongSupplier nanoTime;
  private final Map<PeerId, Failure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Failure> eldest) {
          return size() > MAX_PEERS;
        }
      };

  DialBackoff(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Milliseconds until that peer may be dialled again, 0 when it may. */
  synchronized long waitMs(PeerId peer) {
    Failure failure = failures.get(peer);
    long left = failure == null ? 0 : failure.untilNanos - nanoTime.getAsLong();
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(left + 999_999));
  }

  synchronized void failed(PeerId peer) {
    Failure last = failures.remove(peer);
    int count = last == null ? 0 : last.count + 1;
    long wait = Math.min(LAST, FIRST << Math.min(count, 10));
    long jitter = ThreadLocalRandom.current().nextLong(-wait / 5, wait / 5);
    failures.put(peer, new Failure(count, nanoTime.getAsLong() + wait + jitter));
  }

  synchronized void succeeded(PeerId peer) {
    failures.remove(peer);
  }
}
