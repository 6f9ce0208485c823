package org.kiln.console;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.kiln.core.node.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the node's numbers, once for all who watch: often while somebody does, now and then
 * otherwise, so that whoever opens a page finds a past. Each point is encoded once. Thread-safe.
 */
final class Sampler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

  /** Half an hour while it is watched all the time. */
  static final int KEPT = 900;

  private final Supplier<Collection<Metrics>> sources;
  private final InstantSource clock;
  private final long watchedNanos;
  private final long idleNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Reading> readings = new ArrayDeque<>();
  private final Thread thread;
  private Totals before;
  private byte[] newest = new byte[0];
  private long number;
  private int watchers;
  private boolean closed;

  /**
   * A sampler; {@link #start} lets it work.
   *
   * @param watched time between two points while somebody watches
   * @param idle time between two points otherwise
   */
  Sampler(
      Supplier<Collection<Metrics>> sources, InstantSource clock, Duration watched, Duration idle) {
    this.sources = sources;
    this.clock = clock;
    this.watchedNanos = watched.toNanos();
    this.idleNanos = idle.toNanos();
    this.thread = Thread.ofPlatform().daemon().name("kiln-console-sampler").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Somebody begins to watch; close when he ends. */
  Watch watch() {
    lock.lock();
    try {
      watchers++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return new Watch();
  }

  /** A client's look at the points. For one thread. */
  final class Watch implements AutoCloseable {
    private long seen;

    /** The points after that one, as an event stream's data; all when it is not of this run. */
    byte[] history(long after) {
      lock.lock();
      try {
        List<Reading> missing = new ArrayList<>(readings.size());
        for (Reading reading : readings) {
          if (after > number || reading.number() > after) {
            missing.add(reading);
          }
        }
        seen = number;
        return event(missing);
      } finally {
        lock.unlock();
      }
    }

    /** The next point; null when none came in time or there will be none any more. */
    byte[] next(Duration patience) throws InterruptedException {
      long left = patience.toNanos();
      lock.lock();
      try {
        while (number == seen && !closed && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (number == seen) {
          return null;
        }
        seen = number;
        return newest;
      } finally {
        lock.unlock();
      }
    }

    /** Whether the sampler has ended. */
    boolean over() {
      lock.lock();
      try {
        return closed;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        watchers--;
      } finally {
        lock.unlock();
      }
    }
  }

  private static byte[] event(List<Reading> points) {
    long id = points.isEmpty() ? 0 : points.get(points.size() - 1).number();
    String head = points.isEmpty() ? "" : "id: " + id + "\n";
    return (head + "data: " + Reading.columns(points) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private void run() {
    while (true) {
      try {
        if (!pause()) {
          return;
        }
        sample();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("The console could not read the node's numbers: {}", e.toString());
      }
    }
  }

  /** Waits for the next point's turn; false when there is none any more. */
  private boolean pause() throws InterruptedException {
    long started = System.nanoTime();
    lock.lock();
    try {
      while (!closed) {
        long wait = watchers > 0 || before == null ? watchedNanos : idleNanos;
        long left = wait - (System.nanoTime() - started);
        if (left <= 0) {
          return true;
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes one point. */
  void sample() {
    Totals now = Totals.of(sources.get());
    lock.lock();
    try {
      if (before != null) {
        number++;
        Reading reading = Reading.between(number, clock.millis(), before, now);
        readings.addLast(reading);
        if (readings.size() > KEPT) {
          readings.removeFirst();
        }
        newest = event(List.of(reading));
        changed.signalAll();
      }
      before = now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
