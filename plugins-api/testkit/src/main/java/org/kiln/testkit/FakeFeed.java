package org.kiln.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedEvent;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.FeedException.Reason;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamId;

/**
 * A feed in memory, for tests of what reads one: what the test appends is there at once. Both feeds
 * share the positions, as the node's do. Thread-safe.
 */
public final class FakeFeed implements Feed {
  private static final int MOST = 10_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final Set<Long> earlierJournals = new HashSet<>();

  /** {@link StreamChange}s and {@link FeedEvent}s; the position of the first is 1. */
  private final List<Object> entries = new ArrayList<>();

  private long journal = ThreadLocalRandom.current().nextLong();
  private boolean ended;

  /** Appends a change of a stream. */
  public StreamChange change(StreamId stream, Cid tip, StreamChange.Kind kind, Origin origin) {
    return append(token -> StreamChange.of(token, stream, tip, kind, origin));
  }

  /** Appends an event that was received now. */
  public FeedEvent event(
      StreamId stream, Cid cid, LogEntry.Kind kind, Origin origin, List<Block> blocks) {
    return append(token -> FeedEvent.of(token, stream, cid, kind, origin, Instant.now(), blocks));
  }

  private <T> T append(Function<ResumeToken, T> entry) {
    lock.lock();
    try {
      T made = entry.apply(new ResumeToken(journal, entries.size() + 1L));
      entries.add(made);
      appended.signalAll();
      return made;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The journal is lost, as by {@code kiln rescue}: the feed begins anew and empty, earlier tokens
   * are refused as {@link Reason#GONE}, and cursors end.
   */
  public void beginAnew() {
    lock.lock();
    try {
      earlierJournals.add(journal);
      journal++;
      entries.clear();
      appended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The feed's room is stopped: cursors throw {@link IllegalStateException} from now on. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      appended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What takes the place of a feed that has ended, with all of its entries. */
  public FakeFeed reopened() {
    lock.lock();
    try {
      FakeFeed next = new FakeFeed();
      next.journal = journal;
      next.earlierJournals.addAll(earlierJournals);
      next.entries.addAll(entries);
      return next;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public FeedCursor<FeedEvent> events(ResumeToken after) throws FeedException {
    return new Reading<>(FeedEvent.class, checked(after));
  }

  @Override
  public FeedCursor<StreamChange> changes(ResumeToken after) throws FeedException {
    return new Reading<>(StreamChange.class, checked(after));
  }

  private ResumeToken checked(ResumeToken after) throws FeedException {
    lock.lock();
    try {
      if (after.journal() != journal) {
        boolean gone = earlierJournals.contains(after.journal());
        throw new FeedException(
            gone ? Reason.GONE : Reason.OTHER_NODE,
            "The token " + after + (gone ? " is of a lost journal" : " is another node's"));
      }
      if (after.position() > entries.size()) {
        throw new FeedException(
            Reason.FUTURE, "The token " + after + " is beyond the end, " + entries.size());
      }
      return after;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ResumeToken beginning() {
    lock.lock();
    try {
      return new ResumeToken(journal, 0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ResumeToken now() {
    lock.lock();
    try {
      return new ResumeToken(journal, entries.size());
    } finally {
      lock.unlock();
    }
  }

  private final class Reading<T> implements FeedCursor<T> {
    private final Class<T> type;
    private ResumeToken position;
    private boolean closed;

    Reading(Class<T> type, ResumeToken after) {
      this.type = type;
      this.position = after;
    }

    @Override
    public List<T> next(int most, Duration wait) throws InterruptedException {
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("1 to " + MOST + " can be asked for, not " + most);
      }
      long nanos = TimeUnit.NANOSECONDS.convert(wait);
      lock.lockInterruptibly();
      try {
        while (true) {
          if (closed) {
            return List.of();
          }
          if (ended || position.journal() != journal) {
            throw new IllegalStateException("The feed has ended");
          }
          List<T> found = found(most);
          if (!found.isEmpty() || nanos <= 0) {
            return found;
          }
          nanos = appended.awaitNanos(nanos);
        }
      } finally {
        lock.unlock();
      }
    }

    private List<T> found(int most) {
      List<T> found = new ArrayList<>();
      while (found.size() < most && position.position() < entries.size()) {
        Object entry = entries.get((int) position.position());
        if (type.isInstance(entry)) {
          found.add(type.cast(entry));
        }
        position = position.at(position.position() + 1);
      }
      return found;
    }

    @Override
    public ResumeToken position() {
      lock.lock();
      try {
        return position;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        appended.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
