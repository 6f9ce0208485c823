package org.kiln.index;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.IndexException;
import org.kiln.api.index.IndexedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings in, in the background, the documents that were here before their model was indexed: reads
 * the feed from its begin, in small steps between which new changes have their turn. How far it is
 * stands in the index, so a restart goes on there. Tries again what could not be read.
 */
public final class BackFill implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackFill.class);
  private static final int AT_ONCE = 500;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private final Feed feed;
  private final RowWriter writer;
  private final Thread thread;
  private volatile boolean closed;

  /** Begins. */
  BackFill(Feed feed, RowWriter writer) {
    this.feed = feed;
    this.writer = writer;
    this.thread = Thread.ofPlatform().name("kiln-index-fill").daemon().start(this::run);
  }

  /** There may be something to do. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      long pause = IDLE_NANOS;
      try {
        fill();
        writer.settle(AT_ONCE);
      } catch (FeedException | IndexException | IllegalStateException e) {
        LOG.debug("Documents are filled in later", e);
        pause = PAUSE_NANOS;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("Documents cannot be filled in now", e);
      }
      if (!closed) {
        LockSupport.parkNanos(pause);
      }
    }
  }

  private void fill() throws FeedException, InterruptedException {
    while (!closed) {
      List<IndexedModel> filling = writer.models().filling();
      if (filling.isEmpty()) {
        return;
      }
      long from = filling.stream().mapToLong(IndexedModel::filled).min().orElseThrow();
      long until = filling.stream().mapToLong(IndexedModel::fillUntil).max().orElseThrow();
      read(feed.beginning().at(from), until);
    }
  }

  /** One step: small, since new changes wait for the same turn. */
  private void read(ResumeToken from, long until) throws FeedException, InterruptedException {
    try (FeedCursor<StreamChange> cursor = feed.changes(from)) {
      List<StreamChange> changes = cursor.next(AT_ONCE, Duration.ZERO);
      long position = changes.isEmpty() ? until : cursor.position().position();
      writer.fill(changes, position);
    }
  }

  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(GOODBYE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
