package org.kiln.core.lending;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Lends services that come and go. Under each key the best of those that are there is lent; one
 * that goes is lent to nobody new, and its owner waits until all leases are back; who asks
 * meanwhile, or a while after, waits for its successor. Thread-safe; nothing is called while a lock
 * is held.
 *
 * @param <K> what services are known by; with {@code equals} and {@code hashCode}
 * @param <T> what is lent
 */
public final class Lender<K, T> implements AutoCloseable {
  private final UnaryOperator<K> wider;
  private final Map<K, Lent<K, T>> places = new ConcurrentHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Waiter<K>> waiters = new LinkedHashSet<>();
  private boolean closed;

  private static final class Waiter<K> {
    final Collection<K> keys;
    final Condition arrival;

    Waiter(Collection<K> keys, Condition arrival) {
      this.keys = keys;
      this.arrival = arrival;
    }
  }

  /** Nobody is there yet. */
  public Lender() {
    this(key -> key);
  }

  /**
   * Nobody is there yet.
   *
   * @param wider the key to look under when there is none of the key asked for; the key itself
   *     where there is no such
   */
  public Lender(UnaryOperator<K> wider) {
    this.wider = wider;
  }

  /** Lends that service from now on, under each of the keys where no other ranks before it. */
  public Claim<K, T> add(Collection<K> keys, T service, Rank rank) {
    Claim<K, T> claim = new Claim<>(this, keys.stream().distinct().toList(), service, rank);
    lock.lock();
    try {
      claim.keys().forEach(key -> at(key).add(claim));
      wake(claim);
    } finally {
      lock.unlock();
    }
    return claim;
  }

  void leave(Claim<K, T> claim) {
    lock.lock();
    try {
      // In one breath: who finds it closed finds its next best, or that a successor is awaited.
      if (claim.close()) {
        claim.keys().forEach(key -> at(key).leave(claim));
      }
    } finally {
      lock.unlock();
    }
  }

  void left(Claim<K, T> claim, long parkNanos) {
    lock.lock();
    try {
      if (claim.go()) {
        claim.keys().forEach(key -> at(key).left(parkNanos));
        wake(claim);
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake(Claim<K, T> claim) {
    for (Waiter<K> waiter : waiters) {
      if (waiter.keys.stream().anyMatch(claim.keys()::contains)) {
        waiter.arrival.signal();
      }
    }
  }

  /** Who is lent under that key, for those who ask often; the same until it is forgotten. */
  public Lent<K, T> at(K key) {
    return places.computeIfAbsent(key, k -> new Lent<>(this, k));
  }

  /**
   * Borrows what is known by that key; waits for a successor where one is awaited. An interrupt
   * ends the waiting and stays set.
   *
   * @param nanos how long to wait at most
   * @return null when there is none and none is awaited, or none came in time
   */
  public Lease<T> borrow(K key, long nanos) {
    Lease<T> lease = borrow(key);
    return lease != null ? lease : await(key, nanos);
  }

  /**
   * Borrows what is known by that key without waiting.
   *
   * @return null when there is none, or another is taking its place in this moment
   */
  public Lease<T> borrow(K key) {
    Lent<K, T> place = places.get(key);
    Lease<T> lease = place == null ? null : place.borrow();
    if (lease == null) {
      K other = wider.apply(key);
      place = other.equals(key) ? null : places.get(other);
      lease = place == null ? null : place.borrow();
    }
    return lease;
  }

  Lease<T> await(K key, long nanos) {
    Waiter<K> waiter = new Waiter<>(List.of(key, wider.apply(key)), lock.newCondition());
    lock.lock();
    try {
      waiters.add(waiter);
      for (long left = nanos; ; ) {
        Lease<T> lease = borrow(key);
        long turn = Math.min(left, awaitedNanos(waiter.keys));
        if (lease != null || turn <= 0) {
          return lease;
        }
        left -= turn - waiter.arrival.awaitNanos(turn);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      waiters.remove(waiter);
      lock.unlock();
    }
  }

  private long awaitedNanos(Collection<K> keys) {
    long most = 0;
    for (K key : keys) {
      Lent<K, T> place = places.get(key);
      if (place != null && !closed) {
        most = Math.max(most, place.awaitedNanos());
      }
    }
    return most;
  }

  /** Who is lent under that key now, to be looked at, not called; null when there is none. */
  public T peek(K key) {
    Lent<K, T> place = places.get(key);
    return place == null ? null : place.peek();
  }

  /** Whether that one is lent under that key now. */
  public boolean lends(K key, Claim<K, T> claim) {
    return at(key).lends(claim);
  }

  /** The keys somebody is lent under now. */
  public Set<K> keys() {
    Set<K> keys = new LinkedHashSet<>();
    places.forEach(
        (key, place) -> {
          if (place.peek() != null) {
            keys.add(key);
          }
        });
    return keys;
  }

  /** Those, and the keys under which a successor is awaited. */
  public Set<K> awaited() {
    Set<K> keys = new LinkedHashSet<>();
    places.forEach(
        (key, place) -> {
          if (place.awaited()) {
            keys.add(key);
          }
        });
    return keys;
  }

  boolean awaited(Lent<K, T> place) {
    lock.lock();
    try {
      return !place.closed();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the place of that key, if nobody is there and nobody is awaited; whether it did. */
  public boolean forget(K key) {
    lock.lock();
    try {
      Lent<K, T> place = places.get(key);
      return place == null || place.closed() && places.remove(key, place);
    } finally {
      lock.unlock();
    }
  }

  /** From now on nobody waits for a successor; those who do get nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiters.forEach(waiter -> waiter.arrival.signal());
    } finally {
      lock.unlock();
    }
  }
}
