package org.kiln.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds wrong passwords: so many from one address and so many from everywhere within a minute. Who
 * has shown a right one lately is not asked again and so never waits. Thread-safe.
 */
final class GuessLimit {
  static final int PER_ADDRESS = 5;
  static final int OVERALL = 60;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MAX_ADDRESSES = 10_000;

  private final InstantSource clock;
  private final Deque<Instant> all = new ArrayDeque<>();
  private final Map<String, Deque<Instant>> byAddress =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Instant>> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  GuessLimit(InstantSource clock) {
    this.clock = clock;
  }

  /** Seconds until that address may try again; 0 when it may now. */
  synchronized int waitSeconds(String address) {
    Instant now = clock.instant();
    Deque<Instant> own = byAddress.getOrDefault(address, new ArrayDeque<>());
    return Math.max(wait(own, PER_ADDRESS, now), wait(all, OVERALL, now));
  }

  private static int wait(Deque<Instant> failures, int allowed, Instant now) {
    while (!failures.isEmpty() && !failures.peekFirst().plus(WINDOW).isAfter(now)) {
      failures.removeFirst();
    }
    return failures.size() < allowed
        ? 0
        : (int) Duration.between(now, failures.peekFirst().plus(WINDOW)).toSeconds() + 1;
  }

  synchronized void failed(String address) {
    Instant now = clock.instant();
    all.addLast(now);
    if (all.size() > OVERALL) {
      all.removeFirst();
    }
    Deque<Instant> own = byAddress.computeIfAbsent(address, a -> new ArrayDeque<>());
    own.addLast(now);
    if (own.size() > PER_ADDRESS) {
      own.removeFirst();
    }
  }

  synchronized void succeeded(String address) {
    byAddress.remove(address);
  }
}
