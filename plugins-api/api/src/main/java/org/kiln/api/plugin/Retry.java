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

  /** So that nobody who counts with it runs over: plugins pass on what others have sent them. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final boolean worthwhile;
  private final Duration after;

  private Retry(boolean worthwhile, Duration after) {
    this.worthwhile = worthwhile;
    this.after = after;
  }

  /** Not now, but after that time; more than a year is taken for a year. */
  public static Retry after(Duration time) {
    if (time.isNegative()) {
      return new Retry(true, Duration.ZERO);
    }
    return new Retry(true, time.compareTo(LONGEST) > 0 ? LONGEST : time);
  }

  /** {@link #LATER} when it may pass, else {@link #NEVER}. */
  public static Retry when(boolean mayPass) {
    return mayPass ? LATER : NEVER;
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
