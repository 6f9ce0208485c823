package org.kiln.events.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreException;
import org.kiln.events.journal.JournalCheck;
import org.kiln.events.table.SequenceIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the whole store while the node works: now and then by itself, and when it is asked
 * to. It takes the disk at most half of the time. Thread-safe.
 */
public final class OnlineCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnlineCheck.class);
  private static final Duration FIRST = Duration.ofHours(1);
  private static final int MAX_KEPT = 100;

  private final Store store;
  private final Damage damage;
  private final Duration every;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private boolean wanted;
  private boolean closing;
  private State state = new State(false, 0, 0, 0, 0, List.of());

  /**
   * How a check stands.
   *
   * @param running whether it is under way
   * @param bytes of files looked at
   * @param events looked at
   * @param of how many there are
   * @param damages how much is damaged
   * @param first the first hundred of it
   */
  public record State(
      boolean running, long bytes, long events, long of, long damages, List<String> first) {}

  /**
   * Of a store.
   *
   * @param damage is told of what is found
   * @param every how long from one look to the next; zero for only when it is asked
   */
  public OnlineCheck(Store store, Damage damage, Duration every) {
    this.store = store;
    this.damage = damage;
    this.every = every;
    this.thread = Thread.ofPlatform().name("kiln-store-check").daemon().unstarted(this::run);
  }

  /** Begins to wait for the first one. */
  public void start() {
    thread.start();
  }

  /** How the one under way stands, or the last one. */
  public State state() {
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
  }

  /** Begins one, unless it is under way. */
  public void begin() {
    lock.lock();
    try {
      wanted = true;
      if (!state.running) {
        state = new State(true, 0, 0, 0, 0, List.of());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Duration wait = FIRST.compareTo(every) < 0 ? FIRST : every;
    while (await(wait)) {
      try {
        new Round().run();
      } catch (CancellationException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("The check of the store was given up: {}", e.toString());
        finish();
      }
      wait = every;
    }
  }

  /** Whether another round is due. */
  private boolean await(Duration longest) {
    lock.lock();
    try {
      long nanos = longest.isZero() ? Long.MAX_VALUE : longest.toNanos();
      while (!wanted && !closing && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      wanted = false;
      return !closing;
    } catch (InterruptedException e) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void finish() {
    lock.lock();
    try {
      state = new State(false, state.bytes, state.events, state.of, state.damages, state.first);
      wanted = false;
    } finally {
      lock.unlock();
    }
  }

  /** One look at everything. */
  private final class Round implements StoreCheck {
    private final List<String> first = new ArrayList<>();
    private long damages;
    private long bytes;
    private long events;
    private long of;
    private long resumed = System.nanoTime();

    void run() {
      store.check(this);
      of = store.read(SequenceIndex::last);
      new LogCheck(store, this::damaged)
          .run(
              0,
              of,
              reached -> {
                events = reached;
                rest();
              });
      new JournalCheck(store, this::damaged).run(reached -> rest());
      show();
      finish();
      LOG.info("Looked through the store: {} events, {} damages", of, damages);
    }

    @Override
    public void damaged(String what) {
      damages++;
      if (first.size() < MAX_KEPT) {
        first.add(what);
      }
      damage.note(new StoreException(StoreException.Kind.CORRUPT, what, null));
      show();
    }

    @Override
    public void looked(long more) {
      bytes += more;
      rest();
    }

    private void show() {
      lock.lock();
      try {
        state = new State(true, bytes, events, of, damages, List.copyOf(first));
      } finally {
        lock.unlock();
      }
    }

    /** As long as the work before has taken. */
    private void rest() {
      show();
      long end =
          System.nanoTime() + Math.min(System.nanoTime() - resumed, TimeUnit.SECONDS.toNanos(5));
      lock.lock();
      try {
        long left = end - System.nanoTime();
        while (!closing && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (closing) {
          throw new CancellationException();
        }
      } catch (InterruptedException e) {
        throw new CancellationException();
      } finally {
        lock.unlock();
      }
      resumed = System.nanoTime();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
