package org.kiln.libp2p.io;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.kiln.api.ipld.Varint;
import org.kiln.api.plugin.Deadline;

/** Frames on a byte stream: an unsigned varint length and that many bytes. */
public final class Frames {
  /** Memory set aside on the word of a length alone; the rest follows as bytes arrive. */
  private static final int TRUSTED = 64 * 1024;

  private Frames() {}

  /**
   * Reads one frame.
   *
   * @return null at the end of the stream, before a frame
   * @throws IOException when it is larger than allowed, cut short, or the deadline passes
   */
  public static byte[] read(Duplex in, int maxBytes, Deadline deadline) throws IOException {
    byte[] one = new byte[1];
    long length = 0;
    for (int i = 0; ; i++) {
      if (in.read(one, 0, 1, deadline) < 0) {
        if (i == 0) {
          return null;
        }
        throw new EOFException("The stream ends within the length of a frame");
      }
      length |= (long) (one[0] & 0x7f) << 7 * i;
      if (length > maxBytes || i == 4) {
        throw new IOException("A frame longer than the " + maxBytes + " bytes allowed");
      }
      if (one[0] >= 0) {
        return readFully(in, (int) length, deadline);
      }
    }
  }

  /**
   * Reads exactly that many bytes.
   *
   * @throws IOException when the stream ends before, or the deadline passes
   */
  public static byte[] readFully(Duplex in, int length, Deadline deadline) throws IOException {
    byte[] bytes = new byte[Math.min(length, TRUSTED)];
    int done = 0;
    while (done < length) {
      if (done == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
      }
      int read = in.read(bytes, done, bytes.length - done, deadline);
      if (read < 0) {
        throw new EOFException("The stream ends after " + done + " of " + length + " bytes");
      }
      done += read;
    }
    return bytes;
  }

  /**
   * Writes one frame.
   *
   * @throws IOException when the other side is gone or the deadline passes
   */
  public static void write(Duplex out, byte[] frame, Deadline deadline) throws IOException {
    byte[] prefix = Varint.encode(frame.length);
    if (frame.length <= 16 * 1024) {
      byte[] whole = Arrays.copyOf(prefix, prefix.length + frame.length);
      System.arraycopy(frame, 0, whole, prefix.length, frame.length);
      out.write(whole, 0, whole.length, deadline);
    } else {
      out.write(prefix, 0, prefix.length, deadline);
      out.write(frame, 0, frame.length, deadline);
    }
  }
}
