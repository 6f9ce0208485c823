package org.kiln.imports;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The keys that an interest of ceramic-one covers. It is kept as a sequence of CBOR items: eight
 * bytes of the hashed separator, the peer id, 1 for a range, its two ends, and until when.
 *
 * @param from the smallest key, inclusive
 * @param to exclusive
 */
record InterestRange(byte[] from, byte[] to) {
  private static final int BYTES = 2;
  private static final int ONE_BYTE = 24;
  private static final int TWO_BYTES = 25;

  /** The range in such a key; empty when the bytes are none. */
  static Optional<InterestRange> read(byte[] key) {
    ByteBuffer in = ByteBuffer.wrap(key);
    try {
      bytes(in);
      bytes(in);
      if (in.get() != 1) {
        return Optional.empty();
      }
      return Optional.of(new InterestRange(bytes(in), bytes(in)));
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(ByteBuffer in) {
    int head = in.get() & 0xff;
    int info = head & 0x1f;
    int length =
        switch (info) {
          case ONE_BYTE -> in.get() & 0xff;
          case TWO_BYTES -> in.getShort() & 0xffff;
          default -> info;
        };
    if (head >> 5 != BYTES || info > TWO_BYTES || length > in.remaining()) {
      throw new IllegalArgumentException("no byte string");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  @Override
  public String toString() {
    return "keys from " + HexFormat.of().formatHex(from) + " to " + HexFormat.of().formatHex(to);
  }
}
