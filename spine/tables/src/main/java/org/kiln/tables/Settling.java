package org.kiln.tables;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has streams that are owed read again by time, on a thread of its own: nothing may ever move them
 * again.
 */
final class Settling implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final StreamTableReader reader;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kiln-sql-owed").factory());
  private long told;

  Settling(StreamTableReader reader) {
    this.reader = reader;
    clock.scheduleWithFixedDelay(
        this::round, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void round() {
    try {
      long left = reader.settle();
      if (left != told) {
        LOG.info(
            "{} streams are in the SQL tables as they were; they are read again every {} s",
            left,
            PAUSE.toSeconds());
      }
      told = left;
    } catch (Throwable e) { // else it would be the last round; who reads the feed says so
      LOG.debug("Streams are read again later", e);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
