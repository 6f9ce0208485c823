package org.kiln.streams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/**
 * One writer at a time for each stream, many streams side by side. Streams share a fixed number of
 * locks; nobody takes a second lane while holding one, so that sharing cannot lock up.
 */
final class Lanes {
  private static final int LANES = 4096;

  private final ReentrantLock[] lanes = new ReentrantLock[LANES];

  Lanes() {
    for (int i = 0; i < LANES; i++) {
      lanes[i] = new ReentrantLock();
    }
  }

  /** Holds a stream's lane until closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  Held enter(StreamId stream, Deadline deadline) throws StreamException {
    ReentrantLock lane = lanes[stream.hashCode() & LANES - 1];
    if (lane.isHeldByCurrentThread()) {
      throw new IllegalStateException("Second lane while holding one");
    }
    try {
      if (!lane.tryLock()
          && !lane.tryLock(Math.min(deadline.remainingMs(), 600_000), TimeUnit.MILLISECONDS)) {
        throw new StreamException(
            Reason.BUSY, "Stream " + stream + " has too many writes waiting; try again later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StreamException(Reason.BUSY, "The node is stopping");
    }
    return lane::unlock;
  }
}
