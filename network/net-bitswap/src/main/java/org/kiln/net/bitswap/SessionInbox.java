package org.kiln.net.bitswap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.net.PeerId;
import org.kiln.api.plugin.Deadline;

/**
 * What a session has yet to hear. Blocks that nobody takes out make their sender wait. Thread-safe.
 */
final class SessionInbox {
  /** Something a session hears of. */
  sealed interface Event {}

  /** A block that was asked for, checked. */
  record Arrived(PeerId from, Block block) implements Event {}

  /** A peer has said whether it has a block. */
  record Said(PeerId peer, Cid cid, boolean has) implements Event {}

  /** A peer that was not there before, or is said to have the block. */
  record Joined(PeerId peer) implements Event {}

  /** A peer that is gone, or has forgotten what it was asked. */
  record Lost(PeerId peer) implements Event {}

  private static final long MAX_BYTES = 8 << 20;
  private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Condition emptied = lock.newCondition();
  private List<Event> events = new ArrayList<>();
  private long bytes;
  private boolean closed;
  private boolean ended;

  /** Adds, waiting while too much lies there already. */
  void add(Event event) {
    lock.lock();
    try {
      if (event instanceof Arrived arrived) {
        long left = PATIENCE;
        while (bytes > MAX_BYTES && !closed && left > 0) {
          left = emptied.awaitNanos(left);
        }
        bytes += arrived.block.size();
      }
      if (!closed) {
        events.add(event);
        filled.signal();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Takes out all there is, waiting for something at most that long. */
  List<Event> await(Duration time, Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left =
          Math.min(
              time.toNanos(),
              TimeUnit.MILLISECONDS.toNanos(
                  1 + Math.min(600_000, deadline.remaining().toMillis())));
      while (events.isEmpty() && !ended && left > 0) {
        left = filled.awaitNanos(left);
      }
      List<Event> taken = events;
      events = new ArrayList<>();
      bytes = 0;
      emptied.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** The session is to end. */
  void end() {
    lock.lock();
    try {
      ended = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the session is to end. */
  boolean ended() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody takes out any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      emptied.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
