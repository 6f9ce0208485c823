package org.kiln.api.plugin;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether it is worth asking again what has just failed, and when: the one word for "not now". What
 * can never be right says {@link #NEVER}, and the node may keep that as its verdict; everything
 * else may pass, and condemns nothing. Immutable.
 */
public final class Retry {
  /** It can never be right. */
  public static final Retry NEVER = new Retry(false, null);

  /** Not now; nobody knows when. */
  public static final Retry LATER = new Retry(true, null);

  private final boolean worthwhile;
  private final Duration after;

  private Retry(boolean worthwhile, Duration after) {
    this.worthwhile = worthwhile;
    this.after = after;
  }

  /** Not now, but after that time. */
  public static Retry after(Duration time) {
    return new Retry(true, time.isNegative() ? Duration.ZERO : time);
  }

  /** {@link #LATER} when it may pass, else {@link #NEVER}. */
  public static Retry when(boolean mayPass) {
    return mayPass ? LATER : NEVER;
  }

  /** What a failure says of itself; {@link #NEVER} of those that say nothing. */
  public static Retry of(Throwable failure) {
    return failure instanceof Retryable said ? said.retry() : NEVER;
  }

  /** Whether trying again can help. */
  public boolean worthwhile() {
    return worthwhile;
  }

  /** How long to wait at least, when that is known. */
  public Optional<Duration> after() {
    return Optional.ofNullable(after);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Retry retry
        && worthwhile == retry.worthwhile
        && after().equals(retry.after());
  }

  @Override
  public int hashCode() {
    return after().hashCode() + (worthwhile ? 1 : 0);
  }

  @Override
  public String toString() {
    return !worthwhile ? "never" : after == null ? "later" : "after " + after;
  }
}
