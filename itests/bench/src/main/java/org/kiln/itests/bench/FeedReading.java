package org.kiln.itests.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.FeedCursor;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.log.Admission;
import org.kiln.core.log.LogBusyException;
import org.kiln.core.log.NewEvent;

/**
 * How fast the feed is read from its beginning, on Xodus, and how soon a reader that waits has what
 * was written. Arguments: how many changes (100 000), how many at once (1, as clients write).
 */
public final class FeedReading {
  private static final int MOST = 10_000;
  private static final int ROUNDS = 5;
  private static final int WAKES = 2_000;

  private FeedReading() {}

  /** Prints a line for each figure. */
  public static void main(String[] args) throws Exception {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    Random random = new Random(1);
    try (TemporaryLog log = TemporaryLog.onXodus()) {
      for (int i = 0; i < count; i += batch) {
        write(log, random, batch);
      }
      Feed feed = log.log().feed();
      for (int round = 1; round <= ROUNDS; round++) {
        try (FeedCursor<?> changes = feed.changes(feed.beginning());
            FeedCursor<?> events = feed.events(feed.beginning())) {
          System.out.printf(
              "round %d: %,d changes/s, %,d events/s (%,d written %d at once)%n",
              round, perSecond(changes), perSecond(events), count, batch);
        }
      }
      wakes(log, random);
    }
  }

  private static void write(TemporaryLog log, Random random, int batch) throws LogBusyException {
    List<Admission> some = new ArrayList<>(batch);
    for (NewEvent event : Samples.newEvents(random, batch)) {
      some.add(
          new Admission(
              event, Optional.empty(), Origin.CLIENT, Optional.of(StreamChange.Kind.CREATED)));
    }
    log.log().admit(some, also -> {}, Deadline.NONE);
  }

  private static long perSecond(FeedCursor<?> cursor) throws InterruptedException {
    long start = System.nanoTime();
    long read = 0;
    int page;
    do {
      page = cursor.next(MOST, Duration.ZERO).size();
      read += page;
    } while (page > 0);
    return read * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
  }

  /** From when a write is acknowledged to when a reader that waited has it. */
  private static void wakes(TemporaryLog log, Random random) throws Exception {
    Feed feed = log.log().feed();
    BlockingQueue<Long> seen = new ArrayBlockingQueue<>(WAKES);
    try (FeedCursor<StreamChange> cursor = feed.changes(feed.now())) {
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < WAKES; i++) {
                        cursor.next(1, Duration.ofMinutes(1));
                        seen.put(System.nanoTime());
                      }
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      long[] took = new long[WAKES];
      for (int i = 0; i < WAKES; i++) {
        write(log, random, 1);
        long acknowledged = System.nanoTime();
        took[i] = Math.max(0, seen.take() - acknowledged);
      }
      reader.join();
      Arrays.sort(took);
      System.out.printf(
          "a reader that waits has a write %.3f ms after its acknowledgement (median), %.3f ms"
              + " (p99)%n",
          took[WAKES / 2] / 1e6, took[WAKES * 99 / 100] / 1e6);
    }
  }
}
