package org.kiln.core.guard.internal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/** A request's body on a plugin's thread: the caller's thread reads, a large piece at a time. */
final class AskedStream extends InputStream {
  static final int MOST_AT_ONCE = 64 << 10;

  private static final byte[] END = {};

  private final InputStream body;
  private final CallerThread caller;

  AskedStream(InputStream body, CallerThread caller) {
    this.body = body;
    this.caller = caller;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    Objects.checkFromIndexSize(from, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    // Never into the plugin's own array: it may have been given up meanwhile.
    byte[] piece = ask(Math.min(count, MOST_AT_ONCE));
    System.arraycopy(piece, 0, bytes, from, piece.length);
    return piece == END ? -1 : piece.length;
  }

  private byte[] ask(int most) throws IOException {
    try {
      return caller.ask(
          () -> {
            byte[] room = new byte[most];
            int read = body.read(room, 0, most);
            return read < 0 ? END : read == most ? room : Arrays.copyOf(room, read);
          });
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
