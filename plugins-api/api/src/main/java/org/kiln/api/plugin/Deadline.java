package org.kiln.api.plugin;

import java.time.Duration;

/** The moment by which a call must have come back. Immutable, on the monotonic clock. */
public final class Deadline {
  /** No bound; for tests and start-up. */
  public static final Deadline NONE = new Deadline(Long.MAX_VALUE);

  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  private final long atNanos;

  private Deadline(long atNanos) {
    this.atNanos = atNanos;
  }

  /** A deadline that long from now. */
  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** The time left, zero when the moment has passed. */
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
