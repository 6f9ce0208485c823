package org.kiln.streams;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs things later on a daemon thread of its own. */
final class LaterOnThread implements Later {
  private static final Logger LOG = LoggerFactory.getLogger(LaterOnThread.class);

  private final ScheduledThreadPoolExecutor thread;

  LaterOnThread(String name) {
    this.thread =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(name).factory());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void run(Duration pause, Runnable task) {
    try {
      thread.schedule(() -> guarded(task), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed: what was to be done in {} is not done", pause);
    }
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("What was put off could not be done", e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
