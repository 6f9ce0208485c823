package org.kiln.type.model;

import org.kiln.api.plugin.Deadline;

/**
 * What comparing a Model with all of its interfaces may cost together. Counted, so that all nodes
 * come to the same verdict; the deadline is looked at now and then. Not thread-safe.
 */
final class ComparisonCost {
  private static final long MAX_STEPS = 1_000_000;
  private static final int UNWATCHED = 1 << 10;

  private final Deadline deadline;
  private long steps;
  private long nextLook = UNWATCHED;

  ComparisonCost(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Pays for so many steps of about a microsecond; answers whether there were as many.
   *
   * @throws org.kiln.api.plugin.DeadlineExpiredException when the time is over
   */
  boolean pay(long count) {
    steps += count;
    if (steps >= nextLook) {
      deadline.throwIfExpired();
      nextLook = steps + UNWATCHED;
    }
    return steps <= MAX_STEPS;
  }

  /**
   * Pays as {@link #pay} does, for work that has no use when it is not done to its end.
   *
   * @throws ExhaustedException when there are no more steps
   */
  void charge(long count) {
    if (!pay(count)) {
      throw new ExhaustedException();
    }
  }

  /** There is more to compare than one comparison may cost. */
  static final class ExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExhaustedException() {
      super("too much to compare", null, false, false);
    }
  }
}
