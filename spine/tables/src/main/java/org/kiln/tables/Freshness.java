package org.kiln.tables;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * Has a question wait until the tables of one reader hold what was written before it. Thread-safe.
 *
 * @param <T> what that reads
 */
final class Freshness<T> {
  private final Feed feed;
  private final Entries<T> entries;
  private final Function<T, ResumeToken> token;
  private final Progress progress;
  private final Duration longest;

  /** What is read of the feed. */
  interface Entries<T> {
    FeedCursor<T> after(ResumeToken token) throws FeedException;
  }

  private Freshness(
      Feed feed,
      Entries<T> entries,
      Function<T, ResumeToken> token,
      Progress progress,
      Duration longest) {
    this.feed = feed;
    this.entries = entries;
    this.token = token;
    this.progress = progress;
    this.longest = longest;
  }

  static Freshness<FeedEvent> ofEvents(Feed feed, Progress progress, Duration longest) {
    return new Freshness<>(feed, feed::events, FeedEvent::token, progress, longest);
  }

  static Freshness<StreamChange> ofStreams(Feed feed, Progress progress, Duration longest) {
    return new Freshness<>(feed, feed::changes, StreamChange::token, progress, longest);
  }

  /**
   * Comes back when the tables are as new as this call.
   *
   * @throws SqlRefusal UNAVAILABLE when they are not in time
   */
  void await() throws SqlRefusal, InterruptedException {
    ResumeToken now = feed.now();
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      Optional<ResumeToken> at = progress.place();
      if (holds(at.orElseGet(feed::beginning), now)) {
        return;
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0 || progress.isClosed()) {
        throw new SqlRefusal(
            Reason.UNAVAILABLE,
            "The tables are behind: they are at "
                + at.map(ResumeToken::toString).orElse("their begin")
                + ", the newest event at "
                + now
                + "; try again");
      }
      progress.awaitOther(at, left, () -> false);
    }
  }

  /** Whether nothing to read stands between the two places; other entries of the journal may. */
  private boolean holds(ResumeToken at, ResumeToken now) throws SqlRefusal, InterruptedException {
    if (at.journal() == now.journal() && at.position() >= now.position()) {
      return true;
    }
    try (FeedCursor<T> ahead = entries.after(at)) {
      List<T> next = ahead.next(1, Duration.ZERO);
      return next.isEmpty() || token.apply(next.get(0)).position() > now.position();
    } catch (FeedException | IllegalStateException e) {
      throw new SqlRefusal(Reason.UNAVAILABLE, "The tables are being made anew: " + e.getMessage());
    }
  }
}
