package org.kiln.libp2p.io;

import io.netty.util.ReferenceCounted;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Bytes in the order they came. Large slices are kept as they are, small ones copied together, so
 * that memory stays close to the number of bytes whatever the sizes a peer sends. Not thread-safe.
 */
public final class ByteQueue {
  private static final int KEEP_FROM = 2048;
  private static final int MAX_TAIL = 16 * 1024;

  private static final class Chunk {
    byte[] bytes;
    int from;
    int to;
    final boolean ours;
    final ReferenceCounted owner;

    Chunk(byte[] bytes, int from, int to, boolean ours, ReferenceCounted owner) {
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      this.ours = ours;
      this.owner = owner;
    }

    void release() {
      if (owner != null) {
        owner.release();
      }
    }
  }

  private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
  private int size;

  /** Bytes in it. */
  public int size() {
    return size;
  }

  /** Appends a slice, which nobody may change afterwards. */
  public void add(byte[] bytes, int offset, int length) {
    add(bytes, offset, length, null);
  }

  /**
   * Appends a slice of memory that is used again when it is released: retained for as long as the
   * slice is kept.
   */
  public void add(byte[] bytes, int offset, int length, ReferenceCounted owner) {
    if (length == 0) {
      return;
    }
    size += length;
    // A small slice would keep its whole array alive.
    if (length >= KEEP_FROM && length >= bytes.length / 4) {
      if (owner != null) {
        owner.retain();
      }
      chunks.add(new Chunk(bytes, offset, offset + length, false, owner));
      return;
    }
    int done = 0;
    while (done < length) {
      Chunk tail = chunks.peekLast();
      if (tail == null || !tail.ours || tail.to == MAX_TAIL) {
        byte[] room = new byte[Math.min(MAX_TAIL, Math.max(64, length - done))];
        tail = new Chunk(room, 0, 0, true, null);
        chunks.add(tail);
      }
      int take = Math.min(length - done, MAX_TAIL - tail.to);
      if (tail.to + take > tail.bytes.length) {
        int room = Math.max(tail.to + take, 2 * tail.bytes.length);
        tail.bytes = Arrays.copyOf(tail.bytes, Math.min(MAX_TAIL, room));
      }
      System.arraycopy(bytes, offset + done, tail.bytes, tail.to, take);
      tail.to += take;
      done += take;
    }
  }

  /** Takes out at most that many bytes; returns how many, 0 when empty. */
  public int poll(byte[] into, int offset, int length) {
    int done = 0;
    while (done < length && !chunks.isEmpty()) {
      Chunk head = chunks.peekFirst();
      int take = Math.min(length - done, head.to - head.from);
      System.arraycopy(head.bytes, head.from, into, offset + done, take);
      head.from += take;
      done += take;
      if (head.from == head.to) {
        chunks.removeFirst().release();
      }
    }
    size -= done;
    return done;
  }

  /** Takes out everything. */
  public byte[] pollAll() {
    byte[] all = new byte[size];
    poll(all, 0, all.length);
    return all;
  }

  /** Drops everything. */
  public void clear() {
    chunks.forEach(Chunk::release);
    chunks.clear();
    size = 0;
  }
}
