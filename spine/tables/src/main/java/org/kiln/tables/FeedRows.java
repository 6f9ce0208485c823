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
 * nothing. A piece has as many numbers as its rows are small.
 */
final class FeedRows implements SqlRows {
  /** Numbers of the first piece: few enough for the first rows to come soon. */
  static final long FIRST = 256;

  /** Numbers of a piece at most. */
  private static final long LARGEST = 4_096;

  /** Bytes of a piece, above which the next one has half as many numbers. */
  static final long BYTES = 1 << 20;

  /** Bytes, above which a piece is let go of and half of it is read. */
  static final long MOST_BYTES = 4 * BYTES;

  private static final Duration WAKE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Pieces pieces;
  private final Progress progress;
  private final String order;
  private final Runnable afterwards;
  private final Deque<List<Object[]>> read = new ArrayDeque<>();
  private long numbers = FIRST;
  private long largest = LARGEST;
  private long left;
  private long after;
  private long place;
  private volatile boolean closed;
  private boolean ended;

  /** Reads parts of the feed. */
  interface Pieces {
    /**
     * The rows with numbers above {@code after} up to {@code to}.
     *
     * @param patience how long to wait for a turn
     * @return empty when there was none
     * @throws SqlRefusal LIMIT when there are too many
     */
    Optional<Piece> read(long after, long to, Duration patience)
        throws SqlRefusal, InterruptedException;
  }

  /** A part that is being read; closing it gives back the turn. */
  interface Piece extends AutoCloseable {
    /** The next rows; none at its end. */
    List<Object[]> next() throws SqlRefusal;

    @Override
    void close();
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
      if (!readTo(Math.min(newest, after + numbers), end)) {
        return Optional.of(List.of());
      }
    }
    if (left > 0) {
      // No LIMIT has ended it, so nobody may take it for whole.
      throw new SqlRefusal(Reason.UNAVAILABLE, "The feed was closed; ask again");
    }
    return Optional.empty();
  }

  /** Reads a piece, or finds that it is to be smaller; false when there was no turn for it. */
  private boolean readTo(long to, long end) throws SqlRefusal, InterruptedException {
    long asked = to - after;
    long bytes = 0;
    try {
      Optional<Piece> begun = turn(to, end);
      if (begun.isEmpty()) {
        return closed;
      }
      try (Piece piece = begun.get()) {
        for (List<Object[]> some = piece.next(); !some.isEmpty() && !closed; some = piece.next()) {
          read.add(new ArrayList<>(some));
          for (Object[] row : some) {
            for (Object cell : row) {
              bytes += Execution.size(cell);
            }
          }
          if (bytes > MOST_BYTES && asked > 1) {
            return again(asked);
          }
        }
      }
    } catch (SqlRefusal e) {
      if (e.reason() == Reason.LIMIT && asked > 1) {
        // What takes long is not tried at that size again.
        largest = asked / 2;
        return again(asked);
      }
      throw e;
    }
    after = to;
    numbers =
        bytes > BYTES
            ? Math.max(1, asked / 2)
            : bytes < BYTES / 4 ? Math.min(largest, Math.max(numbers, 2 * asked)) : numbers;
    return true;
  }

  private boolean again(long asked) {
    read.clear();
    numbers = asked / 2;
    return true;
  }

  /** Waits for a turn, and looks now and then whether it is still wanted. */
  private Optional<Piece> turn(long to, long end) throws SqlRefusal, InterruptedException {
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      Optional<Piece> piece = pieces.read(after, to, left.compareTo(LOOK) < 0 ? left : LOOK);
      if (piece.isPresent() || closed || left.isZero()) {
        return piece;
      }
    }
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
