package org.kiln.events;

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
  private int events;
  private long bytes;
  private boolean closed;

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
          notFull.await(Math.max(1, deadline.remainingMs()), TimeUnit.MILLISECONDS);
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
    } finally {
      lock.unlock();
    }
  }

  private boolean fits(Submission submission) {
    return waiting.isEmpty()
        || events + submission.weight() <= maxEvents && bytes + submission.bytes() <= maxBytes;
  }

  /**
   * Takes what waits, at least one, up to a number of events and bytes; waits for it. Empty when
   * the queue is closed and nothing is left.
   */
  List<Submission> take(int maxBatchEvents, long maxBatchBytes) {
    List<Submission> taken = new ArrayList<>();
    lock.lock();
    try {
      while (taken.isEmpty() && !(closed && waiting.isEmpty())) {
        while (waiting.isEmpty() && !closed) {
          notEmpty.awaitUninterruptibly();
        }
        drain(taken, maxBatchEvents, maxBatchBytes);
      }
      notFull.signalAll();
      return taken;
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
