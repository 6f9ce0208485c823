package org.kiln.itests.bench;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.kiln.api.feed.ChangeReader;
import org.kiln.api.feed.Feed;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.ResumeToken;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.guard.internal.GuardedPlugin;
import org.kiln.core.lending.OptionalService;
import org.kiln.core.log.Admission;
import org.kiln.core.log.NewEvent;
import org.kiln.feed.Candidate;
import org.kiln.feed.Patience;
import org.kiln.feed.Readers;
import org.kiln.feed.Taker;

/**
 * How long it takes on an idle node until a plugin's reader has what was written: from the moment
 * in which a write is acknowledged, and from its begin. The reader is behind its plugin's guard.
 */
public final class FeedWakeUp {
  private static final int ROUNDS = 1_000;
  private static final int WARM_UP = 200;
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private FeedWakeUp() {}

  /** Measures, and prints microseconds. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
    SynchronousQueue<Long> wakeUps = new SynchronousQueue<>();
    OptionalService<Feed> feeds = new OptionalService<>();
    try (TemporaryLog log = TemporaryLog.onXodus();
        GuardedPlugin plugin = new GuardedPlugin();
        Readers readers =
            new Readers(
                feeds, Patience.hangingAfter(Duration.ofMinutes(1)), InstantSource.system())) {
      feeds.bind(log.log().feed());
      ChangeReader reader = plugin.guard(new Clock(wakeUps));
      Taker<StreamChange> taker = Taker.of(reader);
      readers.add(reader, "clock", new Candidate("benchmark", 0, 1, taker, () -> {}, () -> true));
      Random random = new Random(1);
      long[] sinceAcknowledged = new long[rounds];
      long[] sinceBegin = new long[rounds];
      for (int i = -WARM_UP; i < rounds; i++) {
        LockSupport.parkNanos(IDLE_NANOS); // the node is idle
        NewEvent event = Samples.newEvents(random, 1).get(0);
        Admission admission =
            new Admission(
                event, Optional.empty(), Origin.CLIENT, Optional.of(StreamChange.Kind.CREATED));
        long begin = System.nanoTime();
        log.log().admit(List.of(admission), batch -> {}, Deadline.NONE);
        long acknowledged = System.nanoTime();
        long woken = wakeUps.take();
        if (i >= 0) {
          sinceAcknowledged[i] = woken - acknowledged;
          sinceBegin[i] = woken - begin;
        }
      }
      print("from a write's acknowledgement to the reader's call", sinceAcknowledged);
      print("from a write's begin, a sync included", sinceBegin);
    }
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%s, us: median %.0f, 90 %% %.0f, 99 %% %.0f, worst %.0f%n",
        what,
        at(nanos, 0.5),
        at(nanos, 0.9),
        at(nanos, 0.99),
        at(nanos, 1));
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))] / 1_000.0;
  }

  /** Tells when it is called. */
  private record Clock(SynchronousQueue<Long> wakeUps) implements ChangeReader {
    @Override
    public Optional<ResumeToken> position() {
      return Optional.empty();
    }

    @Override
    public void take(List<StreamChange> changes, ResumeToken position) throws InterruptedException {
      wakeUps.put(System.nanoTime());
    }
  }
}
