package org.kiln.http;

import java.io.IOException;
import java.io.OutputStream;
import org.kiln.core.lending.Lease;

/**
 * The body of a streamed answer. Tells an end that is nobody's fault from a failure of the route:
 * the client has gone, or an endless answer is cut because its route wants to leave.
 */
final class LeaseStream extends OutputStream {
  /** Written at once: more would need as much memory again outside the heap. */
  static final int PIECE_BYTES = 64 << 10;

  private final OutputStream out;
  private final Lease<?> lease;
  private final boolean endless;
  private final Exchange exchange;

  /** The answer need not go on, and nobody need be told why. */
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;

    Ended(String why) {
      super(why);
    }
  }

  /**
   * A body.
   *
   * @param endless whether the client knows how to go on elsewhere when it is cut
   */
  LeaseStream(OutputStream out, Lease<?> lease, boolean endless, Exchange exchange) {
    this.out = out;
    this.lease = lease;
    this.endless = endless;
    this.exchange = exchange;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    for (int done = 0; done < count; done += PIECE_BYTES) {
      writePiece(bytes, from + done, Math.min(PIECE_BYTES, count - done));
      // Virtual threads are not preempted: without this a hundred long answers, each as long as its
      // reader's window takes more, would go before a health check.
      Thread.yield();
    }
  }

  private void writePiece(byte[] bytes, int from, int count) throws IOException {
    check();
    exchange.waiting();
    try {
      out.write(bytes, from, count);
      exchange.moved(count);
    } catch (IOException e) {
      throw new Ended("The client has gone: " + e.getMessage());
    }
  }

  @Override
  public void flush() throws IOException {
    check();
    exchange.waiting();
    try {
      out.flush();
      exchange.moved(0);
    } catch (IOException e) {
      throw new Ended("The client has gone: " + e.getMessage());
    }
  }

  private void check() throws Ended {
    if (endless && lease.wanted()) {
      throw new Ended("The route is being replaced");
    }
  }
}
