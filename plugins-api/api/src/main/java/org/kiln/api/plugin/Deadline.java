package org.kiln.api.plugin;

import java.time.Duration;

/** The moment by which a call must have come back. Immutable, on the monotonic clock. */
public final class Deadline {
  /** No bound; for tests and start-up. */
  public static final Deadline NONE = new Deadline(Long.MAX_VALUE);

  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  /** Half of what the clock can tell apart: it may begin anywhere. */
  private static final Duration LONGEST = FOREVER.dividedBy(2);

  private final long atNanos;

  private Deadline(long atNanos) {
    this.atNanos = atNanos;
  }

  /** A deadline that long from now; {@link #NONE} when that is more than a century. */
  public static Deadline in(Duration time) {
    if (time.compareTo(LONGEST) >= 0) {
      return NONE;
    }
    return new Deadline(System.nanoTime() + (time.isNegative() ? 0 : time.toNanos()));
  }

  /** The time left, zero when the moment has passed; of {@link #NONE} some 292 years. */
  public Duration remaining() {
    return this == NONE ? FOREVER : Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
  }

  /** Whether the moment has passed. */
  public boolean expired() {
    return this != NONE && atNanos - System.nanoTime() <= 0;
  }

  /**
   * Throws when the moment has passed.
   *
   * @throws DeadlineExpiredException then
   */
  public void throwIfExpired() {
    if (expired()) {
      throw new DeadlineExpiredException("The time allowed for this call is over");
    }
  }

  @Override
  public String toString() {
    return this == NONE ? "Deadline[none]" : "Deadline[" + remaining().toMillis() + " ms left]";
  }
}
