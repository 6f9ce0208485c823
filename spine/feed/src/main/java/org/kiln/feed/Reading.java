package org.kiln.feed;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.core.guard.PluginUnavailableException;
import org.kiln.core.lending.OptionalService;

/**
 * One service reads the feed: it is asked where it is, and called with what comes after that, until
 * its turn is over. For one thread.
 *
 * @param <T> what it takes
 */
final class Reading<T> {
  private static final int MOST = 1_000;

  /** How old a shown place may be that only passed over what is of no concern. */
  private static final Duration WAIT = Duration.ofSeconds(1);

  private final Taker<T> taker;
  private final OptionalService<Feed> feeds;
  private final Turn turn;
  private final Progress progress;
  private final Patience patience;
  private final Backoff backoff;
  private boolean refusedBefore;

  Reading(
      Taker<T> taker,
      OptionalService<Feed> feeds,
      Turn turn,
      Progress progress,
      Patience patience) {
    this.taker = taker;
    this.feeds = feeds;
    this.turn = turn;
    this.progress = progress;
    this.patience = patience;
    this.backoff =
        new Backoff(patience.firstPause(), patience.longestPause(), RandomGenerator.getDefault());
  }

  /** What the reader threw, as a sentence: what a plugin threw is not held on to. */
  private static final class ReaderFailure extends Exception {
    private static final long serialVersionUID = 1L;

    ReaderFailure(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /** Comes back when the turn is over. */
  void run() throws InterruptedException {
    while (!turn.over()) {
      Optional<Feed> feed = feeds.get();
      if (feed.isEmpty()) {
        progress.waits("There is no feed at the moment");
        turn.pause(patience.retry());
        continue;
      }
      try {
        read(feed.get());
      } catch (ReaderFailure e) {
        fail(e.getMessage());
      } catch (RuntimeException e) {
        fail("The feed cannot be read: " + sentence(e));
      }
    }
  }

  private void fail(String why) throws InterruptedException {
    if (!turn.over()) {
      progress.fails(why);
      turn.pause(backoff.next());
    }
  }

  private void read(Feed feed) throws ReaderFailure, InterruptedException {
    ResumeToken after = call("position", taker::position).orElseGet(feed::beginning);
    FeedCursor<T> opened;
    try {
      opened = taker.open(feed, after);
    } catch (FeedException e) {
      refuse(e);
      return;
    }
    refusedBefore = false;
    progress.at(after, 0);
    try (FeedCursor<T> cursor = opened) {
      turn.reads(cursor);
      while (!turn.over() && feeds.get().orElse(null) == feed) {
        List<T> batch;
        try {
          batch = next(cursor);
        } catch (IllegalStateException e) {
          // It has ended: its room is stopped or replaced, and there will be another.
          progress.waits("The feed is being replaced");
          turn.pause(patience.retry());
          return;
        }
        if (!batch.isEmpty() && !turn.over()) {
          take(batch, cursor.position());
        }
      }
    }
  }

  private List<T> next(FeedCursor<T> cursor) throws InterruptedException {
    List<T> batch = cursor.next(MOST, Duration.ZERO);
    if (!batch.isEmpty()) {
      return batch;
    }
    progress.at(cursor.position(), 0);
    well();
    return cursor.next(MOST, WAIT);
  }

  private void take(List<T> batch, ResumeToken position)
      throws ReaderFailure, InterruptedException {
    long begin = System.nanoTime();
    call(
        "take",
        () -> {
          taker.take(batch, position);
          return null;
        });
    progress.at(position, batch.size());
    well();
    if (batch.size() < MOST) {
      turn.pause(patience.breath().minusNanos(System.nanoTime() - begin));
    }
  }

  private void well() {
    backoff.reset();
    progress.well();
  }

  /** It may have begun anew, and is asked at once where; but not again and again. */
  private void refuse(FeedException reason) throws ReaderFailure, InterruptedException {
    call(
        "refused",
        () -> {
          taker.refused(reason);
          return null;
        });
    if (refusedBefore) {
      fail(reason.getMessage());
    }
    refusedBefore = true;
  }

  private <R> R call(String what, Callable<R> work) throws ReaderFailure {
    progress.enter(what);
    try {
      return work.call();
    } catch (Throwable e) { // what it must not throw is no reason to call it no more
      throw new ReaderFailure(sentence(e));
    } finally {
      progress.leave();
    }
  }

  private static String sentence(Throwable e) {
    if (e instanceof PluginUnavailableException) {
      return e.getMessage();
    }
    String message = e.getMessage();
    return e.getClass().getSimpleName()
        + (message == null ? "" : ": " + message.lines().findFirst().orElse(""));
  }
}
