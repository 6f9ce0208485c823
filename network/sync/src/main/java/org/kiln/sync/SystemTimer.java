package org.kiln.sync;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kiln.api.plugin.Deadline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's time, on one thread. */
final class SystemTimer implements Timer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemTimer.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("kiln sync").factory());

  SystemTimer() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public void after(long millis, Runnable what) {
    try {
      thread.schedule(what, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return; // it is being closed
    }
  }

  @Override
  public void await(CompletableFuture<?> end, Deadline deadline) {
    try {
      end.get(Math.min(deadline.remaining().toMillis(), 600_000), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | CancellationException e) {
      LOG.debug("What was asked of other nodes did not come in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("Asking other nodes failed", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
