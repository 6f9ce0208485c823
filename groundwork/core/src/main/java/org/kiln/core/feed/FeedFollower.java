package org.kiln.core.feed;

import java.time.Duration;
import java.util.function.Consumer;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of the changes that come from now on, on a thread of its own, for rooms that react to what
 * happens and derive nothing from what was. When the feed is replaced it goes on where it was. What
 * the listener throws is logged, and the next change comes all the same. Thread-safe.
 */
public final class FeedFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedFollower.class);
  private static final int AT_ONCE = 256;
  private static final Duration WAIT = Duration.ofMinutes(10);
  private static final long PAUSE_MS = 1_000;
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private final Consumer<? super StreamChange> listener;
  private final Thread thread;
  private Feed feed;
  private ResumeToken position;
  private FeedCursor<StreamChange> cursor;
  private boolean closed;

  /**
   * Waits for a feed.
   *
   * @param name of the thread
   * @param listener is told of each change, in order; may block
   */
  public FeedFollower(String name, Consumer<? super StreamChange> listener) {
    this.listener = listener;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /** Takes a feed in the place of another; everything after this call is heard. */
  public synchronized void use(Feed fresh) {
    feed = fresh;
    if (position == null) {
      position = fresh.now();
      thread.start();
    }
    moveOn();
  }

  /** A feed has gone; does nothing when another has come already. */
  public synchronized void gone(Feed old) {
    if (feed == old) {
      feed = null;
      moveOn();
    }
  }

  private void moveOn() {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
    notifyAll();
  }

  private void run() {
    try {
      for (FeedCursor<StreamChange> next = next(); next != null; next = next()) {
        follow(next);
      }
    } catch (InterruptedException e) {
      LOG.debug("{} ends", thread.getName());
    }
  }

  /** The cursor to read from, once there is a feed; null when this is closed. */
  private synchronized FeedCursor<StreamChange> next() throws InterruptedException {
    cursor = null;
    while (!closed) {
      if (feed == null) {
        wait();
      } else {
        try {
          cursor = feed.changes(position);
          return cursor;
        } catch (FeedException e) {
          LOG.info("{} goes on from now: {}", thread.getName(), e.getMessage());
          position = feed.now();
        } catch (RuntimeException e) {
          LOG.debug("{} finds no feed now", thread.getName(), e);
          wait(PAUSE_MS);
        }
      }
    }
    return null;
  }

  /** Reads until the feed ends or is replaced, or this is closed. */
  private void follow(FeedCursor<StreamChange> from) throws InterruptedException {
    try {
      while (isOn(from)) {
        for (StreamChange change : from.next(AT_ONCE, WAIT)) {
          tell(change);
        }
        keep(from.position());
      }
    } catch (RuntimeException e) {
      LOG.debug("{} cannot read the feed now", thread.getName(), e);
      pause(from);
    } finally {
      from.close();
    }
  }

  private synchronized boolean isOn(FeedCursor<StreamChange> one) {
    return !closed && cursor == one;
  }

  private synchronized void keep(ResumeToken reached) {
    position = reached;
  }

  private synchronized void pause(FeedCursor<StreamChange> from) throws InterruptedException {
    if (isOn(from)) {
      wait(PAUSE_MS);
    }
  }

  private void tell(StreamChange change) {
    try {
      listener.accept(change);
    } catch (RuntimeException e) {
      LOG.warn("A change of stream {} was not taken", change.stream(), e);
    }
  }

  /** Ends after the change that is being taken. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      feed = null;
      moveOn();
    }
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.join(GOODBYE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
