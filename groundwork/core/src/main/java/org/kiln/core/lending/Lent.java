package org.kiln.core.lending;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Who is lent under one key; it outlives those who come and go, so whoever asks often may keep it.
 * Borrowing from it takes no lock while somebody is there. Thread-safe.
 *
 * @param <K> the keys
 * @param <T> what is lent
 */
public final class Lent<K, T> {
  /** How long a successor is awaited while the last one drains: the drain has its own bound. */
  private static final long DRAINING = Long.MAX_VALUE;

  private final Lender<K, T> lender;
  private final K key;
  private volatile Claim<K, T> current;

  // What follows is guarded by the lender's lock.
  private final List<Claim<K, T>> claims = new ArrayList<>();
  private int draining;
  private boolean parked;
  private long parkedUntil;

  Lent(Lender<K, T> lender, K key) {
    this.lender = lender;
    this.key = key;
  }

  /**
   * The one that is lent now, without a lease: to be looked at, not called. Null when there is
   * none.
   */
  public T peek() {
    Claim<K, T> claim = current;
    return claim == null ? null : claim.service();
  }

  /**
   * Borrows; waits for a successor where one is awaited. An interrupt ends the waiting and stays
   * set.
   *
   * @param nanos how long to wait at most
   * @return null when none came in time, or none is awaited
   */
  public Lease<T> borrow(long nanos) {
    Lease<T> lease = borrow();
    return lease != null ? lease : lender.await(key, nanos);
  }

  /** Whether somebody is lent here, or a successor awaited. */
  public boolean awaited() {
    return current != null || lender.awaited(this);
  }

  /**
   * Borrows without waiting.
   *
   * @return null when there is none, or another is taking its place in this moment
   */
  public Lease<T> borrow() {
    Claim<K, T> claim = current;
    return claim == null ? null : claim.lease();
  }

  boolean lends(Claim<K, T> claim) {
    return current == claim;
  }

  void add(Claim<K, T> claim) {
    claims.add(claim);
    claims.sort(Comparator.comparing(Claim::rank));
    current = claims.getFirst();
    parked = false;
  }

  void leave(Claim<K, T> claim) {
    claims.remove(claim);
    current = claims.isEmpty() ? null : claims.getFirst();
    draining++;
  }

  void left(long parkNanos) {
    draining--;
    if (current == null) {
      long until = System.nanoTime() + parkNanos;
      parkedUntil = parked && parkedUntil - until > 0 ? parkedUntil : until;
      parked = true;
    }
  }

  /** How long a successor is awaited; nothing when none is. */
  long awaitedNanos() {
    if (draining > 0) {
      return DRAINING;
    }
    return parked ? Math.max(0, parkedUntil - System.nanoTime()) : 0;
  }

  /** Whether nobody is here and nobody is awaited. */
  boolean closed() {
    return claims.isEmpty() && awaitedNanos() <= 0;
  }
}
