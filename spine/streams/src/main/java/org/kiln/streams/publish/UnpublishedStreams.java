package org.kiln.streams.publish;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams that may have moved without anybody being told: those whose events an earlier run kept
 * and had no time to look at, and those of which only the journal knows what was told last. They
 * are {@linkplain Comparison compared} with it a page at a time. Thread-safe.
 */
public final class UnpublishedStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnpublishedStreams.class);

  /** So many events are looked at before anybody is served. */
  private static final int FEW = 1_000;

  private static final int MAX_OWED = 100_000;

  private final Journal journal;
  private final PublishedTips published;
  private final Comparison comparison;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Owed owed = new Owed(MAX_OWED, System::nanoTime);
  private volatile boolean closing;

  public UnpublishedStreams(Journal journal, PublishedTips published, Comparison comparison) {
    this.journal = journal;
    this.published = published;
    this.comparison = comparison;
    this.thread = Thread.ofPlatform().name("kiln-unpublished").daemon().unstarted(this::run);
  }

  /**
   * Looks at what an earlier run has left, if it is little, and begins to work. What needs a type
   * that is not installed yet is looked at when that has come.
   */
  public void start() {
    Set<StreamId> left = new HashSet<>();
    int[] events = new int[1];
    journal.scanUnsettled(
        event -> {
          left.add(event.event().stream());
          return ++events[0] <= FEW;
        });
    if (events[0] > FEW) {
      LOG.info("What the last run left is compared with what was told of it, in the background");
    } else if (comparison.run(page(left))) {
      caughtUp();
    }
    thread.start();
  }

  private static Map<StreamId, List<Long>> page(Collection<StreamId> streams) {
    Map<StreamId, List<Long>> page = HashMap.newHashMap(streams.size());
    streams.forEach(stream -> page.put(stream, List.of()));
    return page;
  }

  /** Everything was compared. */
  public void caughtUp() {
    published.caughtUp();
    journal.earlierSettled();
  }

  /**
   * It is not known whether a stream's state was told. It is compared at once; one that could not
   * be derived after a pause, longer each time, whoever asks for it meanwhile.
   *
   * @param settled events of which nothing more is to come once it is
   */
  public void owe(StreamId stream, List<Long> settled) {
    owe(stream, () -> owed.add(stream, settled));
  }

  /** The same of a stream that has just been derived: compared at once, whatever failed before. */
  void oweDerived(StreamId stream) {
    owe(stream, () -> owed.addDerived(stream));
  }

  private void owe(StreamId stream, BooleanSupplier added) {
    lock.lock();
    try {
      if (!added.getAsBoolean()) {
        LOG.warn("Stream {} is compared with what was told of it after the next start", stream);
      }
      more.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Duration pause = Owed.FIRST_PAUSE;
    long due = System.nanoTime() + pause.toNanos();
    while (!closing) {
      try {
        if (!compareOwed(due)) {
          rest(Owed.FIRST_PAUSE);
        }
        if (!closing && !published.isCaughtUp() && System.nanoTime() - due >= 0) {
          pass();
          pause = Owed.longer(pause);
          due = System.nanoTime() + pause.toNanos();
        }
      } catch (RuntimeException e) {
        LOG.warn("Streams cannot be compared with what was told of them now", e);
        rest(pause);
      }
    }
  }

  /** Waits for what is due, and compares it; answers whether all of it could be derived. */
  private boolean compareOwed(long passDue) {
    Map<StreamId, List<Long>> page = next(passDue);
    try {
      return comparison.run(page);
    } catch (RuntimeException e) {
      page.forEach(this::owe);
      throw e;
    } finally {
      lock.lock();
      try {
        owed.tried();
      } finally {
        lock.unlock();
      }
    }
  }

  private Map<StreamId, List<Long>> next(long passDue) {
    lock.lock();
    try {
      for (long wait = untilDue(passDue); wait > 0 && !closing; wait = untilDue(passDue)) {
        more.awaitNanos(wait);
      }
      return closing ? Map.of() : owed.takeDue(Comparison.PAGE);
    } catch (InterruptedException e) {
      closing = true;
      return Map.of();
    } finally {
      lock.unlock();
    }
  }

  /** Nanoseconds until something is to be done. */
  private long untilDue(long passDue) {
    long first = owed.nextNanos();
    return published.isCaughtUp() ? first : Math.min(first, passDue - System.nanoTime());
  }

  private void rest(Duration pause) {
    lock.lock();
    try {
      for (long left = pause.toNanos(); left > 0 && !closing; ) {
        left = more.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closing = true;
    } finally {
      lock.unlock();
    }
  }

  /** Goes over all that earlier runs may not have told. */
  private void pass() {
    Set<StreamId> streams = new HashSet<>();
    boolean[] all = {true};
    journal.scanUnsettled(
        event -> {
          streams.add(event.event().stream());
          if (streams.size() == Comparison.PAGE) {
            all[0] &= comparison.run(page(streams));
            streams.clear();
          }
          return !closing;
        });
    all[0] &= comparison.run(page(streams));
    if (all[0] && !closing) {
      caughtUp();
    }
  }

  @Override
  public void close() {
    closing = true;
    lock.lock();
    try {
      more.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      if (thread.getState() != Thread.State.NEW) {
        thread.join(Duration.ofSeconds(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
