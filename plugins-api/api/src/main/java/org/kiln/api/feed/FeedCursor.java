package org.kiln.api.feed;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One reader's place in a feed. Reads from storage, at the reader's speed: nothing is kept in
 * memory for it between two calls, and a reader that sleeps for a month goes on where it was. For
 * one thread at a time; {@link #close} may be called by any.
 *
 * @param <T> what the feed consists of
 */
@ProviderType
public interface FeedCursor<T> extends AutoCloseable {

  /**
   * What comes next, in order, as soon as there is something; empty when nothing came in time, or
   * the cursor was closed. All of it is durable: it is there after a loss of power too.
   *
   * @param most how many at most, 1 to 10 000; fewer come when they are large (about 8 MiB)
   * @param wait how long to wait for the first; zero to come back at once
   * @throws IllegalStateException when the feed has ended, since its room is stopped or replaced;
   *     take it anew and go on from {@link #position}
   */
  List<T> next(int most, Duration wait) throws InterruptedException;

  /**
   * Behind everything that {@link #next} has given; passes over entries that are of no concern to
   * this feed, so it may be newer than the token of the last element.
   */
  ResumeToken position();

  /** Ends a call of {@link #next} that waits. Idempotent. */
  @Override
  void close();
}
