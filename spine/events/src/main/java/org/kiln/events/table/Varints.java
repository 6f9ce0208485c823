package org.kiln.events.table;

import java.nio.ByteBuffer;

/** Unsigned varints in byte buffers, for the records of our own. */
public final class Varints {
  /** Bytes of the longest one. */
  public static final int MAX_BYTES = 9;

  private Varints() {}

  /** Puts one; negative numbers have none. */
  public static void write(long value, ByteBuffer to) {
    long rest = value;
    while (rest >= 0x80) {
      to.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    to.put((byte) rest);
  }

  /** How many bytes it takes. */
  public static int size(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  /** Takes one. */
  public static long read(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < 7 * MAX_BYTES; shift += 7) {
      byte b = from.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("A varint is longer than nine bytes");
  }

  /** A varint that counts or measures something in the rest of the buffer. */
  public static int readLength(ByteBuffer from) {
    long value = read(from);
    if (value > from.remaining()) {
      throw new IllegalArgumentException(
          "A length of " + value + " with " + from.remaining() + " bytes left");
    }
    return (int) value;
  }
}
