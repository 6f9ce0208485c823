package org.kiln.libp2p;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.kiln.api.plugin.Deadline;
import org.kiln.libp2p.io.ByteQueue;
import org.kiln.libp2p.io.Duplex;

/** Two ends of a wire in memory. */
public final class Pipe {
  private static final class Half {
    private final ByteQueue queue = new ByteQueue();
    private boolean ended;

    synchronized int read(byte[] into, int offset, int length, Deadline deadline)
        throws IOException {
      while (queue.size() == 0 && !ended) {
        if (deadline.expired()) {
          throw new SocketTimeoutException("Nothing came");
        }
        try {
          wait(Math.clamp(deadline.remaining().toMillis(), 1, 60_000));
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }
      return queue.size() == 0 ? -1 : queue.poll(into, offset, length);
    }

    synchronized void write(byte[] bytes, int offset, int length) {
      byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
      queue.add(copy, 0, length);
      notifyAll();
    }

    synchronized void end() {
      ended = true;
      notifyAll();
    }
  }

  private final Half toRight = new Half();
  private final Half toLeft = new Half();

  /** One end. */
  public Duplex left() {
    return duplex(toLeft, toRight);
  }

  /** The other end. */
  public Duplex right() {
    return duplex(toRight, toLeft);
  }

  /** No more bytes come to the right end. */
  public void endToRight() {
    toRight.end();
  }

  private static Duplex duplex(Half in, Half out) {
    return new Duplex() {
      @Override
      public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
        return in.read(into, offset, length, deadline);
      }

      @Override
      public void write(byte[] bytes, int offset, int length, Deadline deadline) {
        out.write(bytes, offset, length);
      }
    };
  }
}
