package org.kiln.events.write;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets callers go whose deadlines pass before the writer comes to them, a moment late. They do not
 * look at the clock themselves: a wait with a time costs a virtual thread two turns of the JVM's
 * timer, and nearly all are over in milliseconds. Not the writer's thread, which may be held up by
 * the disk. While nobody waits it sleeps.
 */
final class DeadlineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final SubmissionQueue queue;
  private final Thread thread;
  private volatile boolean closed;

  DeadlineWatch(SubmissionQueue queue) {
    this.queue = queue;
    this.thread = Thread.ofPlatform().name("kiln-log-deadlines").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try {
        queue.awaitWaiting();
        LockSupport.parkNanos(TURN_NANOS);
        queue.withdrawLate();
      } catch (InterruptedException e) {
        // Only to be closed.
        return;
      } catch (RuntimeException | Error e) {
        // Without it no deadline of a write would be kept any more.
        LOG.error("Writes that are too late could not be let go, it is tried again", e);
      }
    }
  }

  /** What its thread does. */
  Thread.State state() {
    return thread.getState();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
