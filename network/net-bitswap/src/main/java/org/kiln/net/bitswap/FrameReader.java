package org.kiln.net.bitswap;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kiln.api.net.PeerStream;
import org.kiln.api.plugin.Deadline;

/**
 * Reads the messages of one stream. A large one needs a place, of which there are only so many for
 * all peers together, so that slow senders of large messages cannot fill the memory.
 */
final class FrameReader {
  private static final Duration SILENCE = Duration.ofMinutes(5);
  private static final Duration ARRIVAL = Duration.ofSeconds(30);
  private static final int SMALL = 256 * 1024;
  private static final int TRUSTED = 64 * 1024;

  private final PeerStream stream;
  private final Semaphore largeFrames;
  private final byte[] one = new byte[1];

  FrameReader(PeerStream stream, Semaphore largeFrames) {
    this.stream = stream;
    this.largeFrames = largeFrames;
  }

  /**
   * The next message; null when the peer has ended its side.
   *
   * @throws FrameTooLongException when it is larger than bitswap allows
   * @throws IOException when it is cut short or does not arrive in time
   */
  byte[] next() throws IOException {
    long length = 0;
    for (int i = 0; ; i++) {
      if (stream.read(one, 0, 1, Deadline.in(i == 0 ? SILENCE : ARRIVAL)) < 0) {
        if (i == 0) {
          return null;
        }
        throw new EOFException("The stream ends within the length of a message");
      }
      length |= (long) (one[0] & 0x7f) << 7 * i;
      if (length > BitswapMessage.MAX_BYTES || i == 4) {
        throw new FrameTooLongException();
      }
      if (one[0] >= 0) {
        return length <= SMALL ? read((int) length) : readLarge((int) length);
      }
    }
  }

  private byte[] readLarge(int length) throws IOException {
    try {
      if (!largeFrames.tryAcquire(ARRIVAL.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("Too many large messages at once");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
    try {
      return read(length);
    } finally {
      largeFrames.release();
    }
  }

  private byte[] read(int length) throws IOException {
    Deadline deadline = Deadline.in(ARRIVAL);
    byte[] bytes = new byte[Math.min(length, TRUSTED)];
    int done = 0;
    while (done < length) {
      if (done == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
      }
      int read = stream.read(bytes, done, bytes.length - done, deadline);
      if (read < 0) {
        throw new EOFException("The stream ends after " + done + " of " + length + " bytes");
      }
      done += read;
    }
    return bytes;
  }
}
