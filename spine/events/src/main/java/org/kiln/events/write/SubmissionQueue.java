package org.kiln.events.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.LogBusyException;

/**
 * What waits for the writer, bounded in events and bytes. One submission that is bigger than the
 * bounds is let in when nothing else waits.
 */
final class SubmissionQueue {
  private final int maxEvents;
  private final long maxBytes;
  private final Deque<Submission> waiting = new ArrayDeque<>();
  // Fair, so that a big submission is not overtaken for ever by small ones.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition notEmpty = lock.newCondition();
  private final Condition notFull = lock.newCondition();
  private final Condition anyWaits = lock.newCondition();
  private int events;
  private long bytes;
  private boolean closed;
  private boolean poked;

  SubmissionQueue(int maxEvents, long maxBytes) {
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
  }

  /** Adds one, waiting for room until the deadline. */
  void put(Submission submission, Deadline deadline) throws LogBusyException {
    lock.lock();
    try {
      boolean interrupted = false;
      while (!closed && !fits(submission)) {
        if (interrupted || deadline.expired()) {
          throw new LogBusyException(
              "The event log is busy: "
                  + events
                  + " events ("
                  + bytes
                  + " bytes) wait to be written");
        }
        try {
          notFull.await(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
          Thread.currentThread().interrupt();
        }
      }
      if (closed) {
        throw new StoreException(StoreException.Kind.CLOSED, "The event log is closed", null);
      }
      waiting.add(submission);
      events += submission.weight();
      bytes += submission.bytes();
      notEmpty.signal();
      anyWaits.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Submission submission) {
    return waiting.isEmpty()
        || events + submission.weight() <= maxEvents && bytes + submission.bytes() <= maxBytes;
  }

  /**
   * Takes what waits, up to a number of events and bytes; waits for it. Empty when there is nothing
   * until the time is up, somebody {@link #poke}s, or the queue is closed.
   *
   * @param longestNanos how long to wait
   */
  List<Submission> take(int maxBatchEvents, long maxBatchBytes, long longestNanos) {
    List<Submission> taken = new ArrayList<>();
    lock.lock();
    try {
      awaitSomething(longestNanos);
      poked = false;
      drain(taken, maxBatchEvents, maxBatchBytes);
      notFull.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void awaitSomething(long longestNanos) {
    boolean interrupted = false;
    long left = longestNanos;
    while (waiting.isEmpty() && !closed && !poked && left > 0) {
      try {
        left = notEmpty.awaitNanos(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets who waits in {@link #take} come back, or the next one if nobody waits. */
  void poke() {
    lock.lock();
    try {
      poked = true;
      notEmpty.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until anything waits for the writer. */
  void awaitWaiting() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        anyWaits.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets those go who have waited past their deadlines. */
  void withdrawLate() {
    lock.lock();
    try {
      waiting.forEach(Submission::withdrawIfLate);
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is closed and nothing is left in it. */
  boolean finished() {
    lock.lock();
    try {
      return closed && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void drain(List<Submission> into, int maxBatchEvents, long maxBatchBytes) {
    int batchEvents = 0;
    long batchBytes = 0;
    while (!waiting.isEmpty()) {
      Submission next = waiting.peek();
      boolean fits =
          batchEvents + next.weight() <= maxBatchEvents
              && batchBytes + next.bytes() <= maxBatchBytes;
      if (!into.isEmpty() && !fits) {
        return;
      }
      waiting.remove();
      events -= next.weight();
      bytes -= next.bytes();
      if (next.take()) {
        into.add(next);
        batchEvents += next.weight();
        batchBytes += next.bytes();
      }
    }
  }

  /** Lets nothing more in; what waits can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      notEmpty.signalAll();
      notFull.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int events() {
    lock.lock();
    try {
      return events;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
