package org.kiln.tables;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.kiln.api.feed.ResumeToken;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlRows;

/**
 * The rows of a feed: read from the tables in pieces, then as they come. Those of one piece are
 * held until they are fetched, and between pieces nothing but the place: a slow reader misses
 * nothing.
 */
final class FeedRows implements SqlRows {
  /** Numbers of a piece: few enough for the first rows to come soon and to be held in memory. */
  private static final long PIECE = 4_096;

  private static final Duration WAKE = Duration.ofMinutes(1);

  private final Pieces pieces;
  private final Progress progress;
  private final String order;
  private final Runnable afterwards;
  private final Deque<List<Object[]>> read = new ArrayDeque<>();
  private long left;
  private long after;
  private long place;
  private volatile boolean closed;
  private boolean ended;

  /** Reads a part of the feed. */
  interface Pieces {
    /** The rows with numbers above {@code after} up to {@code to}. */
    Execution read(long after, long to) throws SqlRefusal, InterruptedException;
  }

  /**
   * A feed.
   *
   * @param order the column that numbers its rows
   * @param after the number that its reader has had
   * @param most how many rows end it
   * @param afterwards to be told that it has ended
   */
  FeedRows(
      Pieces pieces, Progress progress, String order, long after, long most, Runnable afterwards) {
    this.pieces = pieces;
    this.progress = progress;
    this.order = order;
    this.after = after;
    this.place = after;
    this.left = most;
    this.afterwards = afterwards;
  }

  @Override
  public Optional<List<Object[]>> next() throws SqlRefusal, InterruptedException {
    Optional<List<Object[]>> some;
    do {
      some = next(WAKE);
    } while (some.isPresent() && some.get().isEmpty());
    return some;
  }

  @Override
  public Optional<List<Object[]>> next(Duration patience) throws SqlRefusal, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!closed && left > 0) {
      List<Object[]> rows = read.poll();
      if (read.isEmpty()) {
        place = after;
      }
      if (rows != null) {
        List<Object[]> given = rows.size() > left ? rows.subList(0, (int) left) : rows;
        left -= given.size();
        return Optional.of(given);
      }
      Optional<ResumeToken> at = progress.place();
      long newest = progress.order(order);
      if (newest < after) {
        throw new SqlRefusal(
            Reason.UNAVAILABLE, "The tables are being made anew; ask again, from the beginning");
      }
      if (newest == after) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return Optional.of(List.of());
        }
        // Streams that were owed have numbers, but move no place.
        progress.awaitOther(at, millis, () -> closed || progress.order(order) != newest);
        if (progress.isClosed()) {
          throw new SqlRefusal(Reason.UNAVAILABLE, "The tables are being closed; ask again");
        }
        continue;
      }
      long to = Math.min(newest, after + PIECE);
      try (Execution execution = pieces.read(after, to)) {
        for (List<Object[]> some = execution.next();
            !some.isEmpty() && !closed;
            some = execution.next()) {
          read.add(new ArrayList<>(some));
        }
      }
      after = to;
    }
    if (left > 0) {
      // No LIMIT has ended it, so nobody may take it for whole.
      throw new SqlRefusal(Reason.UNAVAILABLE, "The feed was closed; ask again");
    }
    return Optional.empty();
  }

  @Override
  public long place() {
    return place;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      closed = true;
    }
    progress.wake();
    afterwards.run();
  }
}
