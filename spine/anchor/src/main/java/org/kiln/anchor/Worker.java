package org.kiln.anchor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.anchor.AnchorControl.BatchInWork;
import org.kiln.core.log.LogBusyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that takes batches through their stages, one batch after the other. */
final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration SWEEP_EVERY = Duration.ofHours(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final RequestQueue queue;
  private final BatchTable batches;
  private final Steps steps;
  private final HeldRounds held;
  private final Tickets tickets;
  private final AnchorSettings settings;
  private final InstantSource clock;
  private final Thread thread =
      Thread.ofPlatform().name("kiln-anchor").daemon().unstarted(this::run);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final Condition progress = lock.newCondition();
  private boolean closed;
  private boolean hurry;

  /** How often an operator has wanted all that waits sent. */
  private long asked;

  /** Up to which of these wishes it was. */
  private long sent;

  /** Up to which of these wishes it was begun; written by the thread only. */
  private volatile long begun;

  private volatile BatchHeader current;
  private volatile int failures;

  /** Why the batch in work does not go on; null while it does. */
  private volatile String trouble;

  /** Why the newest batch that failed for good did. */
  private volatile String lost;

  private final AtomicLong batchesDone = new AtomicLong();
  private long sweptAt;

  Worker(
      RequestQueue queue,
      BatchTable batches,
      Steps steps,
      HeldRounds held,
      Tickets tickets,
      AnchorSettings settings,
      InstantSource clock) {
    this.queue = queue;
    this.batches = batches;
    this.steps = steps;
    this.held = held;
    this.tickets = tickets;
    this.settings = settings;
    this.clock = clock;
  }

  void start() {
    current = batches.open().orElse(null);
    thread.start();
  }

  /** Something was added to the queue. */
  void wake() {
    signal(false);
  }

  /** Begins a batch, and tries again what is waiting for a second try, at once. */
  void now() {
    held.hurry();
    signal(true);
  }

  /**
   * Waits until what waited when {@link #now()} was last called is with the chain.
   *
   * @param more whether requests waited that are in no batch yet; if not, the batch in work is all
   *     there is to wait for
   * @return whether it is, rather than the time being over
   */
  boolean awaitSent(boolean more, Deadline deadline) {
    lock.lock();
    try {
      long wish = asked;
      BatchHeader batch = current;
      while (sent < wish && (more || !isSent(batch))) {
        long ms = deadline.remaining().toMillis();
        if (closed || ms <= 0) {
          return false;
        }
        progress.await(ms, TimeUnit.MILLISECONDS);
        BatchHeader next = current;
        batch = next == null || batch == null || next.number() == batch.number() ? next : null;
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Requests in a batch that the chain does not have yet. */
  int unsent() {
    BatchHeader batch = current;
    return isSent(batch) ? 0 : batch.leaves();
  }

  /** Whether the chain has all of a batch that is in work, if any is. */
  private static boolean isSent(BatchHeader batch) {
    return batch == null
        || batch.stage() instanceof Stage.Submitted
        || batch.stage() instanceof Stage.Anchored;
  }

  /** Something has come that streams may have waited for. */
  void arrived() {
    held.hurry();
    signal(false);
  }

  private void signal(boolean atOnce) {
    lock.lock();
    try {
      asked += atOnce ? 1 : 0;
      hurry |= atOnce;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long batchesDone() {
    return batchesDone.get();
  }

  long eventsWritten() {
    return steps.written();
  }

  /** What is wrong now: it is over with the next step that succeeds, or the last failed request. */
  Optional<String> lastError() {
    String now = trouble;
    return now == null && queue.failed() > 0 ? Optional.ofNullable(lost) : Optional.ofNullable(now);
  }

  Optional<BatchInWork> inWork() {
    BatchHeader header = current;
    if (header == null) {
      return Optional.empty();
    }
    return Optional.of(
        new BatchInWork(
            header.number(),
            header.stage().word(),
            header.leaves(),
            steps.root(header).map(Cid::toString),
            header.stage() instanceof Stage.Submitted submitted
                ? Optional.of(submitted.submission().reference())
                : Optional.empty(),
            failures));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      change.signalAll();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      // No interrupt: it would close the files of a store in the middle of a write.
      thread.join(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopping()) {
      try {
        held.runIfDue();
        if (current != null || awaitDue()) {
          work();
        } else {
          succeeded(null); // nothing is due, so nothing is wrong any more
          sweepIfTime();
        }
      } catch (RuntimeException e) {
        LOG.error("Anchoring failed unexpectedly; it is tried again", e);
        failed(String.valueOf(e.getMessage()));
      }
    }
  }

  private boolean stopping() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a batch is due; false when it is not yet, after a change or a long time. */
  private boolean awaitDue() {
    lock.lock();
    try {
      long wait = untilDueMs();
      if (!closed && wait > 0) {
        long ms = Math.min(Math.min(wait, held.untilDueMs()), SWEEP_EVERY.toMillis());
        if (ms > 0) {
          awaitMs(ms);
        }
        return false;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private long untilDueMs() {
    if (asked > begun || !queue.roundOver()) {
      return 0;
    }
    long waiting = queue.waiting();
    if (!settings.enabled() || !settings.automatic() || waiting <= 0) {
      return Long.MAX_VALUE;
    }
    if (waiting >= settings.batchMaxRequests()) {
      return 0;
    }
    return queue.oldest() + settings.batchInterval().toMillis() - clock.millis();
  }

  private void work() {
    if (current == null) {
      long wish = asked();
      if (wish > begun) {
        try {
          queue.revive(Deadline.in(settings.callTimeout()));
        } catch (LogBusyException e) {
          failed(e.getMessage());
          return;
        }
        queue.beginRound();
        begun = wish;
      }
      current = BatchHeader.first(batches.nextNumber());
    }
    switch (steps.step(current)) {
      case Steps.Outcome.Next next -> succeeded(next.header());
      case Steps.Outcome.Wait wait -> {
        succeeded(wait.header());
        pause(settings.pollInterval());
      }
      case Steps.Outcome.Retry retry -> {
        current = retry.header();
        failed(retry.reason());
      }
      case Steps.Outcome.Done done -> {
        succeeded(null);
        if (done.anchored()) {
          batchesDone.incrementAndGet();
        }
      }
    }
  }

  private void succeeded(BatchHeader next) {
    current = next;
    failures = 0;
    trouble = null;
    if (next != null && next.stage() instanceof Stage.Failing failing) {
      lost = failing.reason();
    }
    tellProgress();
  }

  /** All that waited is sent, in as many batches as it takes, when the last of them is. */
  private void tellProgress() {
    lock.lock();
    try {
      if (queue.roundOver() && isSent(current)) {
        sent = begun;
      }
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void failed(String reason) {
    failures++;
    trouble = reason;
    Duration pause = settings.pauseAfter(failures);
    LOG.warn("Anchoring is tried again in {} ms: {}", pause.toMillis(), reason);
    pause(pause);
  }

  /** Waits, unless it is time to stop or the operator wants it now. */
  private void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    lock.lock();
    try {
      while (!closed && !hurry && until - System.nanoTime() > 0) {
        awaitMs(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      }
      // What came in since the batch in work was filled still wants one of its own.
      hurry = false;
    } finally {
      lock.unlock();
    }
  }

  private void awaitMs(long ms) {
    try {
      change.await(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody is meant to interrupt this thread; stopping is what they can only mean.
      closed = true;
    }
  }

  private long asked() {
    lock.lock();
    try {
      return asked;
    } finally {
      lock.unlock();
    }
  }

  private void sweepIfTime() {
    long time = clock.millis();
    if (time - sweptAt < SWEEP_EVERY.toMillis()) {
      return;
    }
    sweptAt = time;
    try {
      tickets.sweep(
          time - settings.ticketRetention().toMillis(), Deadline.in(settings.callTimeout()));
    } catch (LogBusyException e) {
      LOG.debug("Old tickets are dropped later: {}", e.getMessage());
    }
  }
}
