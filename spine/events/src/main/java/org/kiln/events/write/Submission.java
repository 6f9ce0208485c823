package org.kiln.events.write;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.StoreException;

/** One caller's wish to write: events, and further writes that stand or fall with them. */
final class Submission {
  private enum State {
    QUEUED,
    TAKEN,
    WITHDRAWN
  }

  private final List<IncomingEvent> events;
  private final Consumer<? super Batch> also;
  private final boolean synced;
  private final Deadline deadline;
  private final long bytes;
  private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
  private final CountDownLatch done = new CountDownLatch(1);
  // Written by the writer's thread before the latch opens, read by the caller after it.
  private List<Long> sequences;
  private Throwable failure;

  Submission(
      List<IncomingEvent> events, Consumer<? super Batch> also, boolean synced, Deadline deadline) {
    this.events = events;
    this.also = also;
    this.synced = synced;
    this.deadline = deadline;
    long sum = 0;
    for (IncomingEvent event : events) {
      sum += event.bytes();
    }
    this.bytes = sum;
  }

  boolean synced() {
    return synced;
  }

  /** How many places in the queue it takes. */
  int weight() {
    return Math.max(1, events.size());
  }

  int events() {
    return events.size();
  }

  long bytes() {
    return bytes;
  }

  /** On the writer's thread; may be run more than once. */
  void run(Batch batch, Appender appender) {
    List<Long> appended = new ArrayList<>(events.size());
    for (IncomingEvent event : events) {
      appended.add(appender.append(event));
    }
    sequences = Collections.unmodifiableList(appended);
    also.accept(batch);
  }

  /** Whether the writer may have it; false when the caller has given up. */
  boolean take() {
    return state.compareAndSet(State.QUEUED, State.TAKEN);
  }

  void complete() {
    done.countDown();
  }

  void fail(Throwable cause) {
    failure = cause;
    done.countDown();
  }

  /** Lets the caller go if its deadline has passed and the writer has not come to it. */
  void withdrawIfLate() {
    if (deadline.expired() && state.compareAndSet(State.QUEUED, State.WITHDRAWN)) {
      done.countDown();
    }
  }

  /**
   * Waits until it is durable, or withdrawn since the writer had not begun by the deadline. An
   * interrupt is kept for the caller to see, but does not end the wait: nobody could say then
   * whether the events are kept.
   *
   * @return whether it was written
   */
  boolean await() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          done.await();
          return state.get() != State.WITHDRAWN;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The sequences of the events, or the failure as an exception of the calling thread. */
  List<Long> result() {
    switch (failure) {
      case null -> {
        return sequences;
      }
      case StoreException e -> throw new StoreException(e.kind(), e.getMessage(), e);
      case RuntimeException e -> throw e;
      default ->
          throw new StoreException(
              StoreException.Kind.IO, "The log's writer failed: " + failure, failure);
    }
  }
}
