package org.kiln.libp2p.io;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayDeque;

/**
 * A heap buffer for one message of the encrypted channel, whose memory is used again once it is
 * released: a stream at full speed would otherwise go through fresh memory, cold and to be zeroed,
 * twice a message. One that nobody releases is garbage like any other. Buffers are as thread-safe
 * as any of Netty's: released by whoever is last.
 */
public final class MessageBuffer extends UnpooledHeapByteBuf {
  /** Longest message, its length prefix included. */
  public static final int SIZE = 2 + 65_535;

  /** Messages kept for use again, of the whole process; 2 MiB. */
  private static final int MAX_KEPT = 32;

  /** Last in, first out: what was used just now is still in the processor's cache. */
  private static final ArrayDeque<byte[]> KEPT = new ArrayDeque<>(MAX_KEPT);

  private MessageBuffer(byte[] array) {
    super(UnpooledByteBufAllocator.DEFAULT, array, array.length);
    clear();
  }

  /** An empty buffer of {@link #SIZE} bytes, which hold anything. */
  public static MessageBuffer take() {
    byte[] array;
    synchronized (KEPT) {
      array = KEPT.pollLast();
    }
    return new MessageBuffer(array == null ? new byte[SIZE] : array);
  }

  @Override
  protected void freeArray(byte[] array) {
    synchronized (KEPT) {
      if (KEPT.size() < MAX_KEPT) {
        KEPT.addLast(array);
      }
    }
  }
}
