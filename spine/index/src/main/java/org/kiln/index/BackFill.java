package org.kiln.index;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.FeedException;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.index.IndexedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings in, in the background, the documents that were here before their model was indexed: reads
 * the feed from its begin, in small steps between which new changes have their turn. How far it is
 * stands in the index, so a restart goes on there. Tries again what could not be read. Whatever
 * keeps a step from being done is told, and tried again after pauses that grow.
 */
public final class BackFill implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackFill.class);

  /** Streams that cannot be read are tried in turns so small that new changes hardly wait. */
  private static final int OWED_AT_ONCE = 16;

  /** How many are tried in one go when none of them can be read. */
  private static final int OWED_IN_VAIN = 1_000;

  private static final Duration IDLE = Duration.ofSeconds(30);

  /** While the index is not there. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration GOODBYE = Duration.ofSeconds(10);

  private final Feed feed;
  private final RowWriter writer;
  private final Stride stride = new Stride();
  private final Setbacks setbacks = new Setbacks();
  private final Thread thread;
  private volatile Optional<String> trouble = Optional.empty();
  private volatile boolean closed;

  /** When the step under way began: others wait only for that. */
  private long begun;

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

  /** Why documents that were here before cannot be filled in; empty once that goes on. */
  Optional<String> trouble() {
    return trouble;
  }

  private void run() {
    while (!closed) {
      Duration pause = round();
      // Only close ends it: a flag that some plugin left would keep it from waiting.
      Thread.interrupted();
      if (!closed) {
        LockSupport.parkNanos(pause.toNanos());
      }
    }
  }

  /**
   * All there is to do, or as much as can be done.
   *
   * @return how long to wait for the next
   */
  private Duration round() {
    try {
      writer.models();
    } catch (Throwable e) { // who reads the feed says so
      LOG.debug("The index is not there", e);
      return PAUSE;
    }
    try {
      fill();
      settle();
      goesOn();
      return IDLE;
    } catch (Throwable e) { // an Error, or an interrupt, is no reason to fill in nothing any more
      return failed(e);
    }
  }

  private void goesOn() {
    setbacks.over();
    trouble = Optional.empty();
  }

  private Duration failed(Throwable e) {
    String why = IndexReader.sentence(e);
    trouble = Optional.of("Documents of before cannot be filled in: " + why);
    Setbacks.Setback setback = setbacks.after(Duration.ofNanos(System.nanoTime() - begun));
    if (setback.news() && !closed) {
      LOG.warn(
          "Documents of before cannot be filled in, which is tried again in {} s: {}",
          setback.pause().toSeconds(),
          why);
    }
    LOG.debug("Documents are filled in later", e);
    return setback.pause();
  }

  private void fill() throws FeedException, InterruptedException {
    while (!closed) {
      begun = System.nanoTime();
      List<IndexedModel> filling = writer.models().filling();
      if (filling.isEmpty()) {
        return;
      }
      long from = filling.stream().mapToLong(IndexedModel::filled).min().orElseThrow();
      long until = filling.stream().mapToLong(IndexedModel::fillUntil).max().orElseThrow();
      read(from, until);
    }
  }

  /** One step. */
  private void read(long from, long until) throws FeedException, InterruptedException {
    ResumeToken after = feed.beginning().at(from);
    try (FeedCursor<StreamChange> cursor = feed.changes(after)) {
      List<StreamChange> changes = cursor.next(stride.changes(), Duration.ZERO);
      long position = changes.isEmpty() ? until : cursor.position().position();
      writer.fill(changes, from, position);
    }
    stride.took(Duration.ofNanos(System.nanoTime() - begun));
    goesOn();
  }

  /** All that is owed once, and on as long as that brings something in. */
  private void settle() {
    long left = writer.models().active().isEmpty() ? 0 : writer.owing();
    int inVain = 0;
    while (left > 0 && inVain < OWED_IN_VAIN && !closed) {
      begun = System.nanoTime();
      RowWriter.Settled settled = writer.settle(OWED_AT_ONCE);
      if (settled.tried() == 0) {
        return;
      }
      left -= settled.tried();
      inVain = settled.settled() > 0 ? 0 : inVain + settled.tried();
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
