package org.kiln.feed;

import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;
import org.kiln.api.feed.Feed;
import org.kiln.core.lending.OptionalService;

/**
 * One name, and the services that have it. All calls under the name are made by one thread, one
 * after the other, so there are never two at once, whichever services they are of; a service comes
 * first when the call of the one before is over, even one that nobody waits for any more.
 * Thread-safe.
 */
final class NamedReader {
  private final OptionalService<Feed> feeds;
  private final Patience patience;
  private final Progress progress;
  private final SortedSet<Candidate> candidates = new TreeSet<>(Candidate.BEST_FIRST);
  private Candidate called;
  private Turn turn;
  private boolean closed;
  private boolean gone;

  NamedReader(OptionalService<Feed> feeds, Patience patience, Progress progress) {
    this.feeds = feeds;
    this.patience = patience;
    this.progress = progress;
  }

  /**
   * Runs until there is no service of that name any more.
   *
   * @param over told at the end
   */
  void start(String name, Runnable over) {
    Thread.ofVirtual()
        .name("kiln-feed-" + name)
        .start(
            () -> {
              try {
                run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                over.run();
              }
            });
  }

  private void run() throws InterruptedException {
    while (true) {
      Candidate next;
      Turn own = new Turn();
      synchronized (this) {
        if (closed || candidates.isEmpty()) {
          gone = true;
          return;
        }
        next = candidates.first();
        called = next;
        turn = own;
      }
      progress.begins(next.plugin(), next.taker().feed());
      try {
        new Reading<>(next.taker(), feeds, own, progress, patience).run();
      } finally {
        synchronized (this) {
          called = null;
          turn = null;
          notifyAll();
        }
      }
      awaitQuiet(next);
    }
  }

  /** A call that nobody waits for any more may still run, and may still write. */
  private void awaitQuiet(Candidate before) throws InterruptedException {
    while (!before.quiet().getAsBoolean()) {
      progress.waits(
          "A call of the version before, of plugin "
              + before.plugin()
              + ", does not come back; restart the node to be rid of it");
      synchronized (this) {
        if (closed) {
          return;
        }
        wait(patience.retry().toMillis());
      }
    }
  }

  /** Another service of that name; answers false when this one has ended, and another is needed. */
  synchronized boolean add(Candidate candidate) {
    if (gone || closed) {
      return false;
    }
    candidates.add(candidate);
    if (turn != null && candidates.first() != called) {
      turn.end();
    }
    return true;
  }

  /** A service goes: it is called no more. The call under way has some time to end. */
  void remove(Candidate candidate) {
    synchronized (this) {
      candidates.remove(candidate);
      if (called == candidate) {
        turn.end();
      }
    }
    candidate.leave().run();
    if (!awaitOver(candidate, patience.leave())) {
      // It may have come in between the turn's end and the guard's look at what is under way.
      candidate.leave().run();
      awaitOver(candidate, patience.leave());
    }
  }

  private synchronized boolean awaitOver(Candidate candidate, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (called == candidate) {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
          return false;
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return true;
  }

  /** All of it ends. Does not wait. */
  synchronized void close() {
    closed = true;
    if (turn != null) {
      turn.end();
    }
    notifyAll();
  }

  /** Waits until no service of that name is called any more, but not for long. */
  void awaitEnd() {
    Candidate last;
    synchronized (this) {
      last = called;
    }
    if (last != null) {
      remove(last);
    }
  }

  /** Whether there is a service of that name. */
  synchronized boolean shown() {
    return !candidates.isEmpty();
  }

  void watch() {
    progress.watch();
  }

  ReaderState state() {
    return progress.state();
  }
}
