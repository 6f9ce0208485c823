package org.kiln.libp2p.yamux;

import org.kiln.libp2p.mux.MuxStream;

/**
 * A stream and the window granted to the peer on it. The window of a reader who keeps up doubles,
 * as long as it was used up within four round trips. Thread-safe.
 */
final class YamuxEntry {
  /** Memory of the connection that windows may grow by. */
  interface Growth {
    boolean acquire(int bytes);

    void release(int bytes);
  }

  private final MuxStream stream;
  private final Growth growth;
  private boolean acknowledged;
  private int size = Yamux.WINDOW;
  private int window = Yamux.WINDOW;
  private int consumed;
  private long announcedNanos = System.nanoTime();

  YamuxEntry(MuxStream stream, boolean acknowledged, Growth growth) {
    this.stream = stream;
    this.acknowledged = acknowledged;
    this.growth = growth;
  }

  MuxStream stream() {
    return stream;
  }

  /** Takes data of that length off the window; false when it is longer than the window. */
  synchronized boolean charge(long length) {
    if (length > window) {
      return false;
    }
    window -= (int) length;
    return true;
  }

  /**
   * Notes what the application read.
   *
   * @param roundTripNanos to the peer, 0 when not known
   * @return the credit to announce now, 0 while there is less than half a window of it
   */
  synchronized int consume(int length, long roundTripNanos) {
    consumed += length;
    if (consumed < size / 2) {
      return 0;
    }
    long now = System.nanoTime();
    int credit = consumed;
    if (now - announcedNanos < 4 * roundTripNanos
        && size < Yamux.MAX_WINDOW
        && growth.acquire(size)) {
      credit += size;
      size *= 2;
    }
    announcedNanos = now;
    window += credit;
    consumed = 0;
    return credit;
  }

  /** Gives back what the window has grown by. */
  synchronized void end() {
    growth.release(size - Yamux.WINDOW);
    size = Yamux.WINDOW;
  }

  /** Notes the peer's acknowledgement; true when it is the first, or stands in for one. */
  synchronized boolean acknowledge() {
    boolean first = !acknowledged;
    acknowledged = true;
    return first;
  }
}
