package org.kiln.core.lending;

import java.time.Duration;
import java.util.List;

/**
 * A service that is there to be lent under some keys, until it is withdrawn. Thread-safe.
 *
 * @param <K> the keys
 * @param <T> what is lent
 */
public final class Claim<K, T> {
  private final Lender<K, T> lender;
  private final List<K> keys;
  private final T service;
  private final Rank rank;
  private final Loans loans = new Loans();
  private boolean gone;

  Claim(Lender<K, T> lender, List<K> keys, T service, Rank rank) {
    this.lender = lender;
    this.keys = keys;
    this.service = service;
    this.rank = rank;
  }

  /** What is lent. */
  public T service() {
    return service;
  }

  /** The keys it is lent under where no other is better. */
  public List<K> keys() {
    return keys;
  }

  Rank rank() {
    return rank;
  }

  /** A lease; null when no more are given. */
  Lease<T> lease() {
    return loans.take() ? new Lease<>(service, loans) : null;
  }

  /** Lends no more; false when that was so already. */
  boolean close() {
    return loans.close();
  }

  /** Withdrawn from its places for good; false when it was already. By the lender, in its lock. */
  boolean go() {
    boolean first = !gone;
    gone = true;
    return first;
  }

  /**
   * Lends it to nobody new: who asks gets the next best, or waits for a successor. Leases that are
   * out see {@link Lease#wanted}. Comes back at once; {@link #withdraw} must follow.
   */
  public void leave() {
    lender.leave(this);
  }

  /**
   * Takes it back: {@link #leave}, then waits for the leases that are out. Where nobody else is
   * there by then, a successor is awaited. Once this has come back nobody new gets the service; an
   * interrupt ends the waiting and stays set.
   *
   * @param drain how long the leases have
   * @param park how long after that a successor is awaited
   * @return leases that were not back in time
   */
  public int withdraw(Duration drain, Duration park) {
    leave();
    try {
      return loans.await(drain);
    } finally {
      lender.left(this, park.toNanos());
    }
  }
}
