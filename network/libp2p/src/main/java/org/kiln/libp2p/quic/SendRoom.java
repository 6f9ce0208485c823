package org.kiln.libp2p.quic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.mux.Room;

/**
 * What the streams of a connection have in memory until QUIC takes it, bounded together. Data that
 * was handed over keeps its room until it is taken. Thread-safe.
 */
final class SendRoom implements Room {
  private static final int LIMIT = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private int used;
  private boolean closed;

  @Override
  public void reserve(int bytes, Deadline deadline) throws IOException {
    lock.lock();
    try {
      while (used >= LIMIT && !closed) {
        if (deadline.expired()) {
          throw new SocketTimeoutException("Waited too long for the peer to read");
        }
        freed.await(Math.max(1, deadline.remaining().toMillis()), TimeUnit.MILLISECONDS);
      }
      if (closed) {
        throw new IOException("The connection is closed");
      }
      used += bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for the peer to read");
    } finally {
      lock.unlock();
    }
  }

  /** Takes room without waiting for it, for what there is a reservation for besides. */
  void hold(int bytes) {
    lock.lock();
    used += bytes;
    lock.unlock();
  }

  @Override
  public void release(int bytes) {
    lock.lock();
    try {
      used -= bytes;
      if (used < LIMIT) {
        freed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  int used() {
    lock.lock();
    try {
      return used;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
