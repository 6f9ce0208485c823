package org.kiln.core.lending;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A service of another room that may be there or not, and may be replaced at any time: what a
 * component's bind and unbind methods hand on to. The one that came last counts. Thread-safe.
 *
 * @param <T> the service
 */
public final class OptionalService<T> implements Supplier<Optional<T>> {
  /** Below the five seconds for which Declarative Services waits for an unbind method. */
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private static final Duration PARK = Duration.ofSeconds(3);
  private static final String KEY = "it";

  private final Lender<String, T> lender = new Lender<>();
  private final Lent<String, T> lent = lender.at(KEY);
  private final Map<T, Claim<String, T>> claims = new IdentityHashMap<>();
  private long bound;

  /** One has come. */
  public synchronized void bind(T service) {
    claims.put(service, lender.add(List.of(KEY), service, new Rank(0, -(++bound))));
  }

  /** One goes; comes back when nobody has it on loan any more, or after two seconds. */
  public void unbind(T service) {
    Claim<String, T> claim;
    synchronized (this) {
      claim = claims.remove(service);
    }
    if (claim != null) {
      claim.withdraw(DRAIN, PARK);
    }
  }

  /**
   * Borrows it, for one call. Waits three seconds for the successor of one that is being replaced.
   *
   * @return null when there is none
   */
  public Lease<T> borrow() {
    return lent.borrow(PARK.toNanos());
  }

  /**
   * The one that is there now, without a lease: it may go at any time, and what is asked of it then
   * fails.
   */
  @Override
  public Optional<T> get() {
    return Optional.ofNullable(lent.peek());
  }
}
