package org.kiln.events.write;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets callers go whose deadlines pass before the writer comes to them, a moment late. They do not
 * look at the clock themselves: a wait with a time costs a virtual thread two turns of the JVM's
 * timer, and nearly all are over in milliseconds. Not the writer's thread, which may be held up by
 * the disk.
 */
final class DeadlineWatch implements AutoCloseable {
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
      LockSupport.parkNanos(TURN_NANOS);
      queue.withdrawLate();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
