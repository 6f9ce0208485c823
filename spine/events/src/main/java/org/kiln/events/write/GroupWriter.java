package org.kiln.events.write;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.Admission;
import org.kiln.core.log.LogBusyException;
import org.kiln.events.guard.StoreMark;
import org.kiln.events.journal.JournalBatch;
import org.kiln.events.journal.JournalWriter;
import org.kiln.events.table.SequenceIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes whatever waits, writes it as one batch with one sync, and
 * lets all callers go: alone, a write waits for nobody; under load the batches grow by themselves.
 */
public final class GroupWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupWriter.class);

  private final Store store;
  private final SubmissionQueue queue;
  private final DeadlineWatch deadlines;
  private final WriterSettings settings;
  private final StoreMark mark;
  private final JournalWriter journal;
  private final Thread thread;
  private final LongAdder batches = new LongAdder();
  private final LongAdder batchedEvents = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final WriterTimes times = new WriterTimes();
  private volatile long lastSequence;

  /**
   * Of a store whose journal is begun; writes nothing before it is started.
   *
   * @param mark is told how far the log is on the disk
   */
  public GroupWriter(Store store, WriterSettings settings, StoreMark mark) {
    this.mark = mark;
    this.store = store;
    this.queue = new SubmissionQueue(settings.maxQueuedEvents(), settings.maxQueuedBytes());
    this.deadlines = new DeadlineWatch(queue);
    this.journal = new JournalWriter(store, queue::poke);
    this.settings = settings;
    this.lastSequence = store.read(SequenceIndex::last);
    this.thread = Thread.ofPlatform().name("kiln-log-writer").daemon().unstarted(this::run);
  }

  /** Begins to write. */
  public void start() {
    thread.start();
    deadlines.start();
  }

  /** What it writes with every batch. */
  public JournalWriter journal() {
    return journal;
  }

  /**
   * Writes events, and what else its caller puts into the batch; both or neither are there
   * afterwards. Any thread.
   *
   * @param synced whether it is to be on the disk
   * @return the sequences of the events
   * @throws LogBusyException when the writer did not come to it in time; nothing was written then
   */
  public List<Long> write(
      List<Admission> events, Consumer<? super Batch> also, boolean synced, Deadline deadline)
      throws LogBusyException {
    long start = System.nanoTime();
    List<IncomingEvent> incoming = new ArrayList<>(events.size());
    for (Admission event : events) {
      incoming.add(IncomingEvent.of(event));
    }
    Submission submission = new Submission(incoming, also, synced, deadline);
    queue.put(submission, deadline);
    if (!submission.await()) {
      throw new LogBusyException("The event log is busy: its writer did not come to it in time");
    }
    List<Long> sequences = submission.result();
    times.wrote(System.nanoTime() - start);
    return sequences;
  }

  /** The newest sequence that is durable. */
  public long lastSequence() {
    return lastSequence;
  }

  /** How it stands. */
  public WriterStats stats() {
    return new WriterStats(
        queue.events(), queue.bytes(), batches.sum(), batchedEvents.sum(), failures.sum());
  }

  /** How long its work takes. */
  public WriterTimes times() {
    return times;
  }

  private void run() {
    while (!queue.finished()) {
      List<Submission> batch =
          queue.take(settings.maxBatchEvents(), settings.maxBatchBytes(), journal.patience());
      if (!batch.isEmpty() || journal.isDue()) {
        write(batch);
      }
    }
    while (journal.isBehind()) {
      write(List.of());
    }
  }

  /**
   * Writes all of them; one whose own code fails, or that needs what is damaged in the store, is
   * put out, and the others are written without it. With them goes what the journal has to write of
   * its own.
   */
  private void write(List<Submission> batch) {
    List<Submission> rest = new ArrayList<>(batch);
    do {
      Attempt attempt = new Attempt(rest);
      long start = System.nanoTime();
      try {
        store.write(attempt, attempt.synced ? Durability.SYNCED : Durability.BUFFERED);
        times.wroteBatch(System.nanoTime() - start);
        written(attempt);
        return;
      } catch (RuntimeException | Error e) {
        failures.increment();
        if (attempt.running == null || concernsAll(e)) {
          if (journal.failed() || !rest.isEmpty()) {
            LOG.error("A batch of {} writes could not be kept: {}", rest.size(), e.toString());
          }
          rest.forEach(submission -> submission.fail(e));
          return;
        }
        attempt.running.fail(e);
        rest.remove(attempt.running);
      }
    } while (!rest.isEmpty());
  }

  private void written(Attempt attempt) {
    batches.increment();
    batchedEvents.add(attempt.submissions.stream().mapToLong(Submission::events).sum());
    lastSequence = attempt.lastSequence;
    boolean news = journal.written(attempt.journaled);
    if (attempt.synced) {
      mark.reached(lastSequence, store.syncedTo());
    }
    attempt.submissions.forEach(Submission::complete);
    if (news) {
      journal.wake();
    }
  }

  private static boolean concernsAll(Throwable e) {
    return e instanceof Error
        || e instanceof StoreException failure && failure.kind() != StoreException.Kind.CORRUPT;
  }

  /** One run of a batch; the store may run it more than once. */
  private final class Attempt implements Consumer<Batch> {
    private final List<Submission> submissions;
    private final JournalWriter.Due due = journal.due();
    private final boolean synced;
    private Submission running;
    private JournalBatch journaled;
    private long lastSequence;

    Attempt(List<Submission> submissions) {
      this.submissions = submissions;
      this.synced =
          settings.sync()
              && (submissions.stream().anyMatch(Submission::synced) || journal.needsSync(due));
    }

    @Override
    public void accept(Batch batch) {
      journaled = journal.begin(batch, due);
      Appender appender = new Appender(batch, journaled, GroupWriter.this.lastSequence);
      for (Submission submission : submissions) {
        running = submission;
        submission.run(batch, appender);
      }
      running = null;
      appender.finish();
      journaled.finish();
      lastSequence = appender.lastSequence();
    }
  }

  /**
   * Writes what waits, and ends. The thread is never interrupted: an interrupt during a write would
   * close the store's file under it.
   */
  @Override
  public void close() {
    queue.close();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    deadlines.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
