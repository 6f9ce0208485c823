package org.kiln.tables;

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

  private static final long WAKE_MS = 60_000;

  private final Pieces pieces;
  private final Progress progress;
  private final String order;
  private final Runnable afterwards;
  private final Deque<List<Object[]>> read = new ArrayDeque<>();
  private long left;
  private long after;
  private volatile boolean closed;
  private boolean ended;

  /** Reads a part of the feed. */
  interface Pieces {
    /** The rows with numbers above {@code after} up to {@code to}. */
    Execution read(long after, long to) throws SqlRefusal, InterruptedException;
  }

  FeedRows(Pieces pieces, Progress progress, String order, long most, Runnable afterwards) {
    this.pieces = pieces;
    this.progress = progress;
    this.order = order;
    this.left = most;
    this.afterwards = afterwards;
  }

  @Override
  public Optional<List<Object[]>> next() throws SqlRefusal, InterruptedException {
    while (!closed && left > 0) {
      List<Object[]> rows = read.poll();
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
        progress.awaitOther(at, WAKE_MS, () -> closed);
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
    return Optional.empty();
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
