package org.kiln.libp2p.mux;

import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.ByteQueue;
import org.kiln.libp2p.io.Duplex;
import org.kiln.libp2p.noise.NoiseChannel;

/**
 * One stream of a connection. Reading and writing block; the multiplexer feeds it from the event
 * loop and never waits. Unread bytes are bounded by the window granted to the peer, unsent ones by
 * the window the peer granted and the room in the connection.
 */
public final class MuxStream implements Duplex {
  /**
   * Largest payload of one frame, and most that is sent in one go, so that streams share a
   * connection fairly. With its header, of yamux, it fills one message of the encrypted channel.
   */
  public static final int MAX_FRAME = NoiseChannel.MAX_PLAINTEXT - 12;

  /** What a stream asks of the multiplexer it belongs to. */
  public interface Link {
    /** Sends at most {@link #MAX_FRAME} bytes of data. */
    void data(MuxStream stream, byte[] bytes, int offset, int length);

    /** Ends our side. */
    void finish(MuxStream stream);

    /** Breaks the stream off. */
    void reset(MuxStream stream);

    /**
     * The application has taken bytes out.
     *
     * @param length how many; 0 when it wants none of those that were there
     */
    void consumed(MuxStream stream, int length);

    /** Both sides have ended, or one broke off: nothing more will come of the stream. */
    void gone(MuxStream stream);
  }

  private final long id;
  private final boolean outbound;
  private final Link link;
  private final Room room;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition readable = lock.newCondition();
  private final Condition writable = lock.newCondition();
  private final ByteQueue inbound = new ByteQueue();
  private final long openedNanos = System.nanoTime();
  private long credit;
  private boolean remoteEnded;
  private boolean localEnded;
  private boolean unwanted;
  private boolean discarding;
  private long discardingSince;
  private boolean gone;
  private String broken;

  /**
   * A fresh stream.
   *
   * @param outbound whether we opened it
   * @param credit bytes the peer takes before it grants more
   */
  public MuxStream(long id, boolean outbound, long credit, Link link, Room room) {
    this.id = id;
    this.outbound = outbound;
    this.credit = credit;
    this.link = link;
    this.room = room;
  }

  /** Its number on the wire. */
  public long id() {
    return id;
  }

  /** Whether we opened it. */
  public boolean outbound() {
    return outbound;
  }

  /** Monotonic time it was made. */
  public long openedNanos() {
    return openedNanos;
  }

  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    int taken;
    lock.lock();
    try {
      while (inbound.size() == 0 && !remoteEnded && broken == null && !discarding) {
        Waiting.await(readable, deadline, "bytes from the peer");
      }
      if (inbound.size() == 0) {
        if (broken != null) {
          throw new IOException(broken);
        }
        return -1;
      }
      taken = inbound.poll(into, offset, length);
    } finally {
      lock.unlock();
    }
    link.consumed(this, taken);
    return taken;
  }

  @Override
  public void write(byte[] bytes, int offset, int length, Deadline deadline) throws IOException {
    int done = 0;
    while (done < length) {
      int take = takeCredit(Math.min(length - done, MAX_FRAME), deadline);
      try {
        room.reserve(take, deadline);
      } catch (IOException e) {
        grant(take);
        throw e;
      }
      lock.lock();
      try {
        requireWritable();
        // Under the lock, so that nothing is sent behind the end of our side.
        link.data(this, bytes, offset + done, take);
      } finally {
        lock.unlock();
        room.release(take);
      }
      done += take;
    }
  }

  private int takeCredit(int wanted, Deadline deadline) throws IOException {
    lock.lock();
    try {
      requireWritable();
      while (credit == 0) {
        Waiting.await(writable, deadline, "the peer to read");
        requireWritable();
      }
      int take = (int) Math.min(credit, wanted);
      credit -= take;
      return take;
    } finally {
      lock.unlock();
    }
  }

  private void requireWritable() throws IOException {
    if (broken != null) {
      throw new IOException(broken);
    }
    if (localEnded) {
      throw new IOException(
          unwanted ? "The peer reads no more" : "This side of the stream is closed");
    }
  }

  /** Ends our side after what was written. */
  public void closeWrite() {
    lock.lock();
    try {
      if (localEnded || broken != null) {
        return;
      }
      localEnded = true;
      link.finish(this);
      writable.signalAll();
    } finally {
      lock.unlock();
    }
    checkGone();
  }

  /** Ends our side, and drops what the peer may still send. */
  public void close() {
    closeWrite();
    lock.lock();
    try {
      if (discarding) {
        return;
      }
      discarding = true;
      discardingSince = System.nanoTime();
      inbound.clear();
      readable.signalAll();
    } finally {
      lock.unlock();
    }
    // Who reads no more for what was unread goes on, and comes to the peer's end.
    link.consumed(this, 0);
  }

  /** Breaks both sides off. */
  public void reset() {
    if (fail("The stream was reset by this side")) {
      link.reset(this);
    }
  }

  /** Ends the stream without telling the peer; false when it had already ended. */
  public boolean fail(String reason) {
    lock.lock();
    try {
      if (gone) {
        return false;
      }
      gone = true;
      broken = reason;
      inbound.clear();
      readable.signalAll();
      writable.signalAll();
    } finally {
      lock.unlock();
    }
    link.gone(this);
    return true;
  }

  /**
   * Takes in a slice, which nobody may change until its owner is released; false when it is
   * dropped.
   */
  public boolean receive(byte[] bytes, int offset, int length, ReferenceCounted owner) {
    lock.lock();
    try {
      if (gone || discarding || remoteEnded) {
        return false;
      }
      // A reader waits only while there is nothing.
      boolean wake = inbound.size() == 0;
      inbound.add(bytes, offset, length, owner);
      if (wake) {
        readable.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The peer has ended its side. */
  public void receiveEnd() {
    lock.lock();
    try {
      remoteEnded = true;
      readable.signalAll();
    } finally {
      lock.unlock();
    }
    checkGone();
  }

  /** The peer reads no more of our side, and may go on with its own. */
  public void receiveStop() {
    lock.lock();
    try {
      if (!localEnded) {
        localEnded = true;
        unwanted = true;
        writable.signalAll();
      }
    } finally {
      lock.unlock();
    }
    checkGone();
  }

  /** Whether the peer has ended its side. */
  public boolean remoteEnded() {
    lock.lock();
    try {
      return remoteEnded;
    } finally {
      lock.unlock();
    }
  }

  /** The peer takes that many bytes more; false when the sum is beyond what a window can be. */
  public boolean grant(long more) {
    lock.lock();
    try {
      if (credit + more > 0xffff_ffffL && credit != Long.MAX_VALUE) {
        return false;
      }
      if (credit != Long.MAX_VALUE) {
        credit += more;
      }
      writable.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes nobody has read yet. */
  public int unread() {
    lock.lock();
    try {
      return inbound.size();
    } finally {
      lock.unlock();
    }
  }

  /** Whether both sides have ended, or one broke off. */
  public boolean isGone() {
    lock.lock();
    try {
      return gone;
    } finally {
      lock.unlock();
    }
  }

  /** Whether we have been done with it for that long while the peer goes on. */
  public boolean lingers(long nanos) {
    lock.lock();
    try {
      return discarding && !gone && System.nanoTime() - discardingSince > nanos;
    } finally {
      lock.unlock();
    }
  }

  private void checkGone() {
    lock.lock();
    try {
      if (gone || !localEnded || !remoteEnded) {
        return;
      }
      gone = true;
    } finally {
      lock.unlock();
    }
    link.gone(this);
  }
}
