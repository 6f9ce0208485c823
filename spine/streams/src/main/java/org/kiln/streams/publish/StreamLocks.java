package org.kiln.streams.publish;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.core.stream.RemoteCalls;
import org.kiln.core.stream.StreamException;
import org.kiln.core.stream.StreamException.Reason;

/**
 * One writer at a time for each stream, many streams side by side. Streams share a fixed number of
 * locks; nobody takes a second one while holding one, so that sharing cannot lock up. Whoever tries
 * is told so, whichever they are: it must not depend on which streams share one. Whoever holds one
 * asks nothing outside the node ({@link RemoteCalls}).
 */
public final class StreamLocks {
  private static final int LOCKS = 4096;

  /** After so many tries to find out without the lock what is needed under it. */
  private static final int MOST_ROUNDS = 3;

  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
  private final ThreadLocal<Boolean> holding = new ThreadLocal<>();

  public StreamLocks() {
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** Holds a stream's lock until closed. Nothing outside the node is asked meanwhile. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Something that may be refused. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it. */
    T run() throws StreamException;
  }

  /**
   * Does something under a stream's lock. When it is refused there though something outside might
   * have been asked, that is done without the lock, and it is tried again.
   *
   * @param gather asks for whatever may be needed, so that it is remembered
   */
  public <T> T inside(StreamId stream, Deadline deadline, Work<T> work, Work<?> gather)
      throws StreamException {
    for (int round = 0; ; round++) {
      int wants = 0;
      try (Held lock = enter(stream, deadline)) {
        try {
          return work.run();
        } finally {
          wants = RemoteCalls.wanted();
        }
      } catch (StreamException e) {
        if (wants == 0 || round == MOST_ROUNDS) {
          throw e;
        }
      }
      gather.run();
    }
  }

  Held enter(StreamId stream, Deadline deadline) throws StreamException {
    refuseSecond();
    ReentrantLock lock = locks[index(stream)];
    take(lock, stream, deadline);
    holding.set(true);
    RemoteCalls.Forbidden remote = RemoteCalls.forbid();
    return () -> {
      remote.close();
      holding.remove();
      lock.unlock();
    };
  }

  private void refuseSecond() {
    if (holding.get() != null) {
      throw new IllegalStateException("Second lock of a stream while holding one");
    }
  }

  /** Holds the locks of many streams; in one order, so that nobody waits in a circle. */
  public Held enterAll(Collection<StreamId> streams, Deadline deadline) throws StreamException {
    refuseSecond();
    SortedMap<Integer, StreamId> wanted = new TreeMap<>();
    streams.forEach(stream -> wanted.putIfAbsent(index(stream), stream));
    Deque<ReentrantLock> held = new ArrayDeque<>(wanted.size());
    try {
      for (Map.Entry<Integer, StreamId> lock : wanted.entrySet()) {
        take(locks[lock.getKey()], lock.getValue(), deadline);
        held.push(locks[lock.getKey()]);
      }
    } catch (StreamException | RuntimeException e) {
      held.forEach(ReentrantLock::unlock);
      throw e;
    }
    holding.set(true);
    RemoteCalls.Forbidden remote = RemoteCalls.forbid();
    return () -> {
      remote.close();
      holding.remove();
      held.forEach(ReentrantLock::unlock);
    };
  }

  private static int index(StreamId stream) {
    return stream.hashCode() & LOCKS - 1;
  }

  private static void take(ReentrantLock lock, StreamId stream, Deadline deadline)
      throws StreamException {
    try {
      if (!lock.tryLock()
          && !lock.tryLock(
              Math.min(deadline.remaining().toMillis(), 600_000), TimeUnit.MILLISECONDS)) {
        throw new StreamException(
            Reason.BUSY, "Stream " + stream + " has too many writes waiting; try again later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StreamException(Reason.BUSY, "The node is stopping");
    }
  }
}
