package org.kiln.net.recon.talk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.kiln.net.recon.range.Key;
import org.kiln.net.recon.range.KeyRange;
import org.kiln.net.recon.range.RangeDigest;
import org.kiln.net.recon.wire.ReconException;

/**
 * What an initiator asks for: ranges whose answers are due, in the order they were asked for, and
 * ranges that wait, depth first, so that an honest peer makes them few. For one thread.
 */
final class Questions {
  /** Bounds of ranges that wait are the peer's. */
  private static final long MAX_WAITING_BYTES = 8 << 20;

  /** Of a range beside its two keys. */
  private static final int RANGE_BYTES = 64;

  private final int window;
  private final Deque<KeyRange> due = new ArrayDeque<>();
  private final Deque<RangeDigest> waiting = new ArrayDeque<>();
  private long waitingBytes;

  /** With so many due at a time. */
  Questions(int window) {
    this.window = window;
  }

  private static long bytes(RangeDigest range) {
    return RANGE_BYTES + range.first().bytes().length + range.last().bytes().length;
  }

  /**
   * Takes ranges, which come before those that wait.
   *
   * @return those to be asked for now, as far as the window allows
   * @throws ReconException when too much waits
   */
  List<RangeDigest> add(List<RangeDigest> ranges) throws ReconException {
    int now = Math.min(ranges.size(), Math.max(0, window - due.size()));
    List<RangeDigest> asked = new ArrayList<>(ranges.subList(0, now));
    for (RangeDigest range : ranges.subList(now, ranges.size())) {
      waiting.push(range);
      waitingBytes += bytes(range);
    }
    if (waitingBytes > MAX_WAITING_BYTES) {
      throw new ReconException("The peer has made " + waiting.size() + " ranges of a few");
    }
    while (due.size() + asked.size() < window && !waiting.isEmpty()) {
      RangeDigest next = waiting.pop();
      waitingBytes -= bytes(next);
      asked.add(next);
    }
    asked.forEach(range -> due.add(range.range()));
    return asked;
  }

  /**
   * An answer has come: it is that of the oldest question, and tells of parts of it one after the
   * other. Of anything else there would be no end.
   */
  void answered(List<RangeDigest> parts) throws ReconException {
    KeyRange asked = due.poll();
    if (asked == null) {
      throw new ReconException("A RangeResponse to no request");
    }
    Key from = asked.start();
    for (RangeDigest part : parts) {
      if (part.first().isBelow(from)
          || !part.first().isBelow(part.last())
          || asked.end().isBelow(part.last())) {
        throw new ReconException("A RangeResponse tells of other ranges than was asked for");
      }
      from = part.last();
    }
  }

  /**
   * Leaves those that wait to the next conversation.
   *
   * @return whether there were any
   */
  boolean forget() {
    boolean any = !waiting.isEmpty();
    waiting.clear();
    waitingBytes = 0;
    return any;
  }

  /** Whether all is answered. */
  boolean isEmpty() {
    return due.isEmpty() && waiting.isEmpty();
  }
}
