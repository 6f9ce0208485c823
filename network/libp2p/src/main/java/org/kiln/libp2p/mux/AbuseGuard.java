package org.kiln.libp2p.mux;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a peer makes us do: streams opened, and frames that carry nothing. Data both ways
 * accounts for some of the latter, since credit is given for it. Confined to the event loop, but
 * for {@link #sent}.
 */
public final class AbuseGuard {
  private static final long PERIOD_NANOS = 5_000_000_000L;
  private static final int MAX_OPENED = 200 * 5;
  private static final int FREE_CONTROL = 2_000;
  private static final int CONTROL_PER_DATA = 10;
  private static final int CREDITED = 16 * 1024;

  private long periodStart = System.nanoTime();
  private int opened;
  private long control;
  private long data;
  private final AtomicLong sent = new AtomicLong();

  /**
   * A stream was opened by the peer.
   *
   * @throws MuxException when that were too many of late
   */
  public void opened() throws MuxException {
    roll();
    if (++opened > MAX_OPENED) {
      throw new MuxException("More than " + MAX_OPENED + " streams opened within 5 s");
    }
  }

  /**
   * A frame without payload came in.
   *
   * @throws MuxException when those are out of all proportion to frames with payload
   */
  public void control() throws MuxException {
    roll();
    long carrying = data + sent.get();
    if (++control > FREE_CONTROL + CONTROL_PER_DATA * carrying) {
      throw new MuxException(control + " control frames within 5 s, with " + carrying + " of data");
    }
  }

  /** A frame with payload came in. */
  public void data() {
    data++;
  }

  /** We sent that many bytes of payload. A peer may give credit for parts of a large frame. */
  public void sent(int bytes) {
    sent.addAndGet(1 + bytes / CREDITED);
  }

  private void roll() {
    long now = System.nanoTime();
    if (now - periodStart > PERIOD_NANOS) {
      periodStart = now;
      opened = 0;
      control = 0;
      data = 0;
      sent.set(0);
    }
  }
}
