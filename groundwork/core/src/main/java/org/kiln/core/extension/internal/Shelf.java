package org.kiln.core.extension.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.extension.ExtensionMissingException;
import org.kiln.core.extension.ExtensionRegistry.Lease;

/**
 * The extensions of one kind. Leases are taken from a concurrent map without a lock; the lock is
 * only for changes and for callers that wait. Thread-safe.
 *
 * @param <T> the service interface
 */
final class Shelf<T> {
  /**
   * While an old extension drains, its callers wait without that bound; the drain itself has one.
   */
  private static final long STILL_DRAINING = Long.MAX_VALUE;

  private final String kind;
  private final boolean wildcards;
  private final long parkNanos;
  private final Map<String, Slot<T>> best = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Slot<T>> slots = new ArrayList<>();

  /** Keys that were there, with the time from which their successor is awaited. */
  private final Map<String, Long> goneAtNanos = new HashMap<>();

  Shelf(String kind, boolean wildcards, long parkMs) {
    this.kind = kind;
    this.wildcards = wildcards;
    this.parkNanos = TimeUnit.MILLISECONDS.toNanos(parkMs);
  }

  Lease<T> acquire(String key, Deadline deadline) throws ExtensionMissingException {
    Lease<T> lease = tryAcquire(key);
    return lease != null ? lease : await(key, deadline);
  }

  private Lease<T> tryAcquire(String key) {
    Slot<T> slot = best.get(key);
    if (slot == null && wildcards) {
      slot = best.get(wildcard(key));
    }
    return slot == null ? null : slot.lease();
  }

  /** {@code eip155:*} for {@code eip155:1}. */
  private static String wildcard(String key) {
    return key.substring(0, key.indexOf(':') + 1) + "*";
  }

  private Lease<T> await(String key, Deadline deadline) throws ExtensionMissingException {
    lock.lock();
    try {
      while (true) {
        Lease<T> lease = tryAcquire(key);
        if (lease != null) {
          return lease;
        }
        long left =
            Math.min(parkedNanos(key), TimeUnit.MILLISECONDS.toNanos(deadline.remainingMs()));
        if (left <= 0) {
          throw new ExtensionMissingException(kind, key);
        }
        changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExtensionMissingException(kind, key);
    } finally {
      lock.unlock();
    }
  }

  /** How long a caller may still wait for the key; 0 for one that was never there. */
  private long parkedNanos(String key) {
    Long gone = goneAtNanos.get(key);
    if (gone == null && wildcards) {
      gone = goneAtNanos.get(wildcard(key));
    }
    if (gone == null) {
      return 0;
    }
    return gone == STILL_DRAINING ? parkNanos : gone + parkNanos - System.nanoTime();
  }

  /** Puts an extension on the shelf; says for which keys it is now the one to be lent. */
  List<String> add(Slot<T> slot) {
    lock.lock();
    try {
      slots.add(slot);
      slots.sort(Comparator.comparing(Slot::rank));
      List<String> now = new ArrayList<>();
      for (String key : slot.keys()) {
        if (choose(key) == slot) {
          now.add(key);
        }
      }
      changed.signalAll();
      return now;
    } finally {
      lock.unlock();
    }
  }

  /** Takes an extension off the shelf, so that nobody new gets it; null when it is not there. */
  Slot<T> remove(T service) {
    lock.lock();
    try {
      for (Slot<T> slot : slots) {
        if (slot.service() == service) {
          slots.remove(slot);
          slot.keys().forEach(this::choose);
          return slot;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Whoever waits for a key of that slot now waits for its successor alone. */
  void drained(Slot<T> slot) {
    lock.lock();
    try {
      long now = System.nanoTime();
      for (String key : slot.keys()) {
        goneAtNanos.computeIfPresent(key, (k, gone) -> gone == STILL_DRAINING ? now : gone);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Slot<T> choose(String key) {
    for (Slot<T> slot : slots) {
      if (slot.keys().contains(key)) {
        best.put(key, slot);
        goneAtNanos.remove(key);
        return slot;
      }
    }
    if (best.remove(key) != null) {
      goneAtNanos.put(key, STILL_DRAINING);
    }
    return null;
  }

  boolean has(String key) {
    return best.containsKey(key);
  }

  Set<String> keys() {
    return new TreeSet<>(best.keySet());
  }
}
