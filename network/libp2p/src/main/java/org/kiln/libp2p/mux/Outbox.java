package org.kiln.libp2p.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.noise.NoiseChannel;

/**
 * The way out of a connection: whole frames from any thread, in order, joined to large writes. Data
 * waits for room before it is put in; small control frames never wait, but an outbox that a peer's
 * requests have filled to the hard limit closes the connection. Thread-safe.
 */
public final class Outbox implements Room {
  private static final int SOFT_LIMIT = 1 << 20;
  private static final int HARD_LIMIT = 4 << 20;
  private static final int BATCH_SIZE = NoiseChannel.MAX_PLAINTEXT;
  private static final int LARGE = 32 * 1024;
  private static final FastThreadLocal<byte[]> BATCH =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[BATCH_SIZE];
        }
      };

  private final Channel channel;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<ByteBuf> frames = new ArrayDeque<>();
  private int pending;
  private int reserved;
  private boolean scheduled;
  private boolean closed;

  /** Confined to the event loop. */
  private boolean draining;

  /** The way out of that channel. */
  public Outbox(Channel channel) {
    this.channel = channel;
  }

  @Override
  public void reserve(int bytes, Deadline deadline) throws IOException {
    lock.lock();
    try {
      while (pending + reserved >= SOFT_LIMIT && !closed) {
        Waiting.await(room, deadline, "the peer to read");
      }
      if (closed) {
        throw new IOException("The connection is closed");
      }
      reserved += bytes;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void release(int bytes) {
    lock.lock();
    try {
      reserved -= bytes;
      wakeWriters();
    } finally {
      lock.unlock();
    }
  }

  private void wakeWriters() {
    if (pending + reserved < SOFT_LIMIT / 2) {
      room.signalAll();
    }
  }

  /** Puts in one or more whole frames, which nobody may change afterwards. Dropped when closed. */
  public void put(byte[] frame) {
    put(Unpooled.wrappedBuffer(frame));
  }

  /** Likewise a heap buffer, which is the outbox's to release from here on. */
  public void put(ByteBuf frame) {
    boolean overfull;
    boolean wake;
    lock.lock();
    try {
      if (closed) {
        frame.release();
        return;
      }
      frames.add(frame);
      pending += frame.readableBytes();
      overfull = pending > HARD_LIMIT;
      wake = !scheduled;
      scheduled = true;
    } finally {
      lock.unlock();
    }
    if (overfull) {
      channel.close();
    } else if (wake) {
      channel.eventLoop().execute(this::drain);
    }
  }

  /** Goes on when the socket takes bytes again. To be called on the event loop. */
  public void resume() {
    if (channel.isWritable()) {
      drain();
    }
  }

  private void drain() {
    // A flush may call back by way of resume(): the loop below goes on by itself.
    if (draining) {
      return;
    }
    draining = true;
    try {
      byte[] batch = BATCH.get();
      boolean more = true;
      while (more && channel.isActive() && channel.isWritable()) {
        while (more && channel.isWritable()) {
          more = writeOne(batch);
        }
        channel.flush();
      }
    } finally {
      draining = false;
    }
    // With something left it stays scheduled: resume() goes on.
  }

  private boolean writeOne(byte[] batch) {
    ByteBuf large = pollLarge();
    if (large != null) {
      channel.write(large, channel.voidPromise());
      return true;
    }
    int size = fill(batch);
    if (size > 0) {
      // The encrypting handler is done with the array when write comes back.
      channel.write(Unpooled.wrappedBuffer(batch, 0, size), channel.voidPromise());
    }
    return size > 0;
  }

  /** A piece that fills a message by itself need not be copied. */
  private ByteBuf pollLarge() {
    lock.lock();
    try {
      ByteBuf head = frames.peekFirst();
      int size = head == null ? 0 : head.readableBytes();
      if (size < LARGE || size > BATCH_SIZE) {
        return null;
      }
      frames.removeFirst();
      taken(size);
      return head;
    } finally {
      lock.unlock();
    }
  }

  private void taken(int size) {
    pending -= size;
    wakeWriters();
  }

  private int fill(byte[] batch) {
    lock.lock();
    try {
      int size = 0;
      while (size < batch.length && !frames.isEmpty()) {
        ByteBuf head = frames.peekFirst();
        int take = Math.min(batch.length - size, head.readableBytes());
        head.readBytes(batch, size, take);
        size += take;
        if (!head.isReadable()) {
          frames.removeFirst().release();
        }
      }
      taken(size);
      if (size == 0) {
        scheduled = false;
      }
      return size;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes waiting. */
  public int pending() {
    lock.lock();
    try {
      return pending;
    } finally {
      lock.unlock();
    }
  }

  /** Takes in nothing more and drops what waits. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      frames.forEach(ByteBuf::release);
      frames.clear();
      pending = 0;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
