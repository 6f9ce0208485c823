package org.kiln.streams.derive;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The last few heavy things, bounded by number and bytes; the newest stays whatever it weighs, and
 * none longer than a time. Thread-safe.
 */
final class LastFew<K, V> {
  private final int most;
  private final long mostBytes;
  private final Duration remembered;
  private final LongSupplier nanoTime;
  private final Map<K, Kept<V>> kept = new LinkedHashMap<>();
  private long bytes;

  LastFew(int most, long mostBytes, Duration remembered, LongSupplier nanoTime) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.remembered = remembered;
    this.nanoTime = nanoTime;
  }

  private record Kept<V>(V value, long bytes, long sinceNanos) {}

  /** Keeps one, and lets go the oldest that are too many beside it. */
  synchronized void put(K key, V value, long weight) {
    take(key);
    kept.put(key, new Kept<>(value, weight, nanoTime.getAsLong()));
    bytes += weight;
    Iterator<Kept<V>> oldest = kept.values().iterator();
    while (kept.size() > most || bytes > mostBytes && kept.size() > 1) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  /** Hands one over, which is not kept any more. */
  synchronized Optional<V> take(K key) {
    long now = nanoTime.getAsLong();
    kept.values()
        .removeIf(
            one -> {
              boolean old = now - one.sinceNanos() > remembered.toNanos();
              bytes -= old ? one.bytes() : 0;
              return old;
            });
    Kept<V> found = kept.remove(key);
    if (found == null) {
      return Optional.empty();
    }
    bytes -= found.bytes();
    return Optional.of(found.value());
  }
}
