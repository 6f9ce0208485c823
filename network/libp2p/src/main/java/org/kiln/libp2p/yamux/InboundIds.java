package org.kiln.libp2p.yamux;

import java.util.BitSet;

/**
 * The numbers a peer has opened streams under: each may be used once. They come nearly in order
 * only, since go-libp2p draws a number and sends the frame that opens the stream in two steps, and
 * does so on many threads. Numbers far below the highest are taken for used. Confined to the event
 * loop.
 */
final class InboundIds {
  /** How far a number may be overtaken. Go has at most 256 streams that wait for an answer. */
  static final int WINDOW = 4096;

  // A ring: bit n stands for the one number of the window that is n modulo its size.
  private final BitSet used = new BitSet(WINDOW);
  private long highest = -1;

  /** Takes a number into use; false when it has been used before, or may have been. */
  boolean use(int id) {
    // All of a side are odd, or even.
    long number = Integer.toUnsignedLong(id) >> 1;
    if (number > highest) {
      if (number - highest >= WINDOW) {
        used.clear();
      } else {
        for (long between = highest + 1; between < number; between++) {
          used.clear((int) (between % WINDOW));
        }
      }
      highest = number;
    } else if (highest - number >= WINDOW || used.get((int) (number % WINDOW))) {
      return false;
    }
    used.set((int) (number % WINDOW));
    return true;
  }
}
