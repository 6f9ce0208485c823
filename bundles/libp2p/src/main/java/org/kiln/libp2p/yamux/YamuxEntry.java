package org.kiln.libp2p.yamux;

import org.kiln.libp2p.mux.MuxStream;

/** A stream and the window granted to the peer on it. Thread-safe. */
final class YamuxEntry {
  private final MuxStream stream;
  private boolean acknowledged;
  private int window = Yamux.WINDOW;
  private int consumed;

  YamuxEntry(MuxStream stream, boolean acknowledged) {
    this.stream = stream;
    this.acknowledged = acknowledged;
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
   * @return the credit to announce now, 0 while there is less than half a window of it
   */
  synchronized int consume(int length) {
    consumed += length;
    if (consumed < Yamux.WINDOW / 2) {
      return 0;
    }
    int credit = consumed;
    window += credit;
    consumed = 0;
    return credit;
  }

  /** Notes the peer's acknowledgement; true when it is the first, or stands in for one. */
  synchronized boolean acknowledge() {
    boolean first = !acknowledged;
    acknowledged = true;
    return first;
  }
}
