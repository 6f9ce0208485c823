package org.kiln.streams.derive;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;

/**
 * Who derives which long stream: one thread for each, so that a hundred who ask for a giant do not
 * derive it a hundred times at once. Only threads that are in the middle of nothing wait: deriving
 * reads other streams, and whoever waited then could wait in a circle. Thread-safe.
 */
public final class Turns {
  private final Map<StreamId, CountDownLatch> taken = new ConcurrentHashMap<>();
  private final ThreadLocal<Integer> depth = ThreadLocal.withInitial(() -> 0);

  /** A derivation has begun on this thread; to be closed on it. */
  Begun begin() {
    depth.set(depth.get() + 1);
    return () -> {
      int before = depth.get() - 1;
      if (before == 0) {
        depth.remove();
      } else {
        depth.set(before);
      }
    };
  }

  /** Ends when closed. */
  interface Begun extends AutoCloseable {
    @Override
    void close();
  }

  /** One thread's turn at a stream, which it may get, and gives back when closed. */
  final class Turn implements AutoCloseable {
    private final StreamId stream;
    private boolean mine;

    private Turn(StreamId stream) {
      this.stream = stream;
    }

    /** Whether nobody else is at the stream until this is closed. */
    boolean isMine() {
      return mine;
    }

    /** Whether this thread may wait for others. */
    boolean mayWait() {
      return depth.get() <= 1;
    }

    /** Takes it unless another thread has it. */
    boolean tryTake() {
      mine = mine || taken.putIfAbsent(stream, new CountDownLatch(1)) == null;
      return mine;
    }

    /**
     * Takes it, and waits for it where this thread may wait.
     *
     * @return whether it is this thread's
     * @throws org.kiln.api.plugin.DeadlineExpiredException when that takes too long
     */
    boolean take(Deadline deadline) {
      while (!tryTake() && mayWait()) {
        await(stream, deadline);
      }
      return mine;
    }

    @Override
    public void close() {
      if (mine) {
        mine = false;
        taken.remove(stream).countDown();
      }
    }
  }

  /** Not taken yet. */
  Turn at(StreamId stream) {
    return new Turn(stream);
  }

  private void await(StreamId stream, Deadline deadline) {
    CountDownLatch other = taken.get(stream);
    try {
      if (other != null
          && !other.await(
              Math.min(deadline.remaining().toMillis(), 600_000), TimeUnit.MILLISECONDS)) {
        deadline.throwIfExpired();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while another thread derives " + stream, e);
    }
  }
}
