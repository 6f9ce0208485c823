package org.kiln.events.journal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeStore;

/** A place in the journal, from which pages of one kind are read. */
final class JournalCursor<T> implements FeedCursor<T> {
  private static final int MAX_ELEMENTS = 10_000;

  private final NodeStore store;
  private final JournalEnd end;
  private final long journal;
  private final Pages<T> pages;
  private volatile long position;
  private volatile boolean closed;

  /** Reads a page from a snapshot. */
  @FunctionalInterface
  interface Pages<T> {
    /**
     * The elements after a position, as many as are read at once.
     *
     * @param upTo the last position to look at
     */
    Page<T> read(Snapshot snapshot, ResumeToken after, long upTo, int most);
  }

  /**
   * What was read.
   *
   * @param reached the last position that was looked at
   */
  record Page<T>(List<T> elements, long reached) {}

  JournalCursor(NodeStore store, JournalEnd end, ResumeToken after, Pages<T> pages) {
    this.store = store;
    this.end = end;
    this.journal = after.journal();
    this.position = after.position();
    this.pages = pages;
  }

  @Override
  public List<T> next(int most, Duration wait) throws InterruptedException {
    if (most < 1 || most > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "1 to " + MAX_ELEMENTS + " elements can be taken at once, not " + most);
    }
    long left = TimeUnit.NANOSECONDS.convert(wait);
    while (!closed) {
      if (end.ended()) {
        throw ended(null);
      }
      long upTo = end.position();
      if (position < upTo) {
        Page<T> page = read(upTo, most);
        position = page.reached();
        if (!page.elements().isEmpty()) {
          return page.elements();
        }
      } else if (left <= 0) {
        return List.of();
      } else {
        left = end.await(position, left, () -> closed);
      }
    }
    return List.of();
  }

  private Page<T> read(long upTo, int most) {
    try {
      return store.read(snapshot -> pages.read(snapshot, position(), upTo, most));
    } catch (StoreException e) {
      if (end.ended() && e.kind() == StoreException.Kind.CLOSED) {
        throw ended(e);
      }
      throw e;
    }
  }

  private static IllegalStateException ended(Throwable cause) {
    return new IllegalStateException(
        "The feed has ended: the event log is closed. Take the feed anew and go on from the"
            + " cursor's position.",
        cause);
  }

  @Override
  public ResumeToken position() {
    return new ResumeToken(journal, position);
  }

  @Override
  public void close() {
    closed = true;
    end.wake();
  }
}
