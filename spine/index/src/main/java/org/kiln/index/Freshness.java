package org.kiln.index;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/**
 * Lets a query begin once the index holds what was acknowledged before it: waits for the place that
 * the feed has now, a bounded time. Thread-safe.
 */
public final class Freshness {
  private final Feed feed;
  private final RowWriter writer;
  private final IndexReader reader;
  private final Duration longest;
  private final LongAdder waits = new LongAdder();
  private final LongAdder waitedNanos = new LongAdder();

  private volatile Optional<Gap> passed = Optional.empty();

  /** Between these the journal holds nothing that is to be taken. */
  private record Gap(ResumeToken from, ResumeToken to) {
    boolean bridges(ResumeToken at, ResumeToken now) {
      return isPast(at, from) && isPast(to, now);
    }
  }

  Freshness(Feed feed, RowWriter writer, IndexReader reader, Duration longest) {
    this.feed = feed;
    this.writer = writer;
    this.reader = reader;
    this.longest = longest;
  }

  /**
   * Comes back when the index is as new as this call, and documents of those models are all there.
   *
   * @throws StreamException UNAVAILABLE, with the reason, when it is not in time
   */
  void await(Iterable<StreamId> models, Deadline deadline) throws StreamException {
    ResumeToken now = feed.now();
    long left = Math.min(longest.toMillis(), deadline.remaining().toMillis());
    Deadline patience = Deadline.in(Duration.ofMillis(left));
    long begin = System.nanoTime();
    try {
      for (Optional<ResumeToken> at = writer.reached(); !isAt(at, now); at = writer.reached()) {
        Optional<ResumeToken> before = at;
        if (!waitedFor(() -> !writer.reached().equals(before), patience)) {
          throw behind(now);
        }
      }
      for (StreamId model : models) {
        if (isFilling(model) && !waitedFor(() -> !isFilling(model), patience)) {
          throw new StreamException(
              Reason.UNAVAILABLE,
              "Queries on Model "
                  + model
                  + " are not currently available because historical data for that model is still"
                  + " syncing");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StreamException(Reason.UNAVAILABLE, "The query was given up");
    } finally {
      waitedNanos.add(System.nanoTime() - begin);
    }
  }

  private boolean waitedFor(BooleanSupplier done, Deadline patience) throws InterruptedException {
    waits.increment();
    return writer.progress().await(done, patience);
  }

  private boolean isFilling(StreamId model) {
    return writer.models().find(model).filter(m -> m.filling()).isPresent();
  }

  /** Whether nothing that the index would take stands between its place and that one. */
  private boolean isAt(Optional<ResumeToken> reached, ResumeToken now)
      throws StreamException, InterruptedException {
    ResumeToken at = reached.orElseGet(feed::beginning);
    if (isPast(at, now) || passed.filter(gap -> gap.bridges(at, now)).isPresent()) {
      return true;
    }
    // The journal has entries that are no changes: the reader is not told of those.
    try (FeedCursor<StreamChange> ahead = feed.changes(at)) {
      List<StreamChange> next = ahead.next(1, Duration.ZERO);
      if (next.isEmpty()) {
        passed = Optional.of(new Gap(at, ahead.position()));
        return isPast(ahead.position(), now);
      }
      return isPast(next.get(0).token().at(next.get(0).token().position() - 1), now);
    } catch (FeedException | IllegalStateException e) {
      throw new StreamException(
          Reason.UNAVAILABLE, "The index is being made anew: " + e.getMessage());
    }
  }

  private static boolean isPast(ResumeToken at, ResumeToken wanted) {
    return at.journal() == wanted.journal() && at.position() >= wanted.position();
  }

  private StreamException behind(ResumeToken now) {
    String at = writer.reached().map(ResumeToken::toString).orElse("its begin");
    return new StreamException(
        Reason.UNAVAILABLE,
        "The index is behind: it is at "
            + at
            + ", the newest change at "
            + now
            + reader.trouble().map(why -> ". It does not go on: " + why).orElse("; try again"));
  }

  /** How often a query had to wait. */
  long waits() {
    return waits.sum();
  }

  /** How long queries have waited together. */
  Duration waited() {
    return Duration.ofNanos(waitedNanos.sum());
  }
}
