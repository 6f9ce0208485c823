package org.kiln.streams.waiting;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs things later on a few daemon threads of its own, so that one that waits for a chain keeps
 * nothing else from its turn.
 */
public final class LaterOnThreads implements Later {
  private static final Logger LOG = LoggerFactory.getLogger(LaterOnThreads.class);
  private static final int THREADS = 4;

  private final ScheduledThreadPoolExecutor threads;

  public LaterOnThreads(String name) {
    this.threads =
        new ScheduledThreadPoolExecutor(
            THREADS, Thread.ofPlatform().daemon().name(name + "-", 1).factory());
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void run(Duration pause, Runnable task) {
    try {
      threads.schedule(() -> guarded(task), pause.toMillis(), TimeUnit.MILLISECONDS);
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
    threads.shutdown();
  }
}
