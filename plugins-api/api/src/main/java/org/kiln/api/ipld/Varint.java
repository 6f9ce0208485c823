package org.kiln.api.ipld;

import java.io.ByteArrayOutputStream;

/**
 * Unsigned varints of the multiformats: LEB128, minimal length, at most nine bytes (63 bits).
 *
 * @see <a href="https://github.com/multiformats/unsigned-varint">unsigned-varint</a>
 */
public final class Varint {
  private Varint() {}

  /**
   * A decoded value and where the next byte starts.
   *
   * @param value the number, not negative
   * @param next index of the first byte after it
   */
  public record Decoded(long value, int next) {}

  /**
   * Reads one varint.
   *
   * @throws IllegalArgumentException when the bytes end early, the form is longer than needed, or
   *     longer than nine bytes
   */
  public static Decoded read(byte[] bytes, int from) {
    return read(bytes, from, true);
  }

  /**
   * Reads one varint that may be written longer than needed, as the JavaScript libraries do.
   *
   * @throws IllegalArgumentException when the bytes end early or the form is longer than nine bytes
   */
  public static Decoded readLenient(byte[] bytes, int from) {
    return read(bytes, from, false);
  }

  private static Decoded read(byte[] bytes, int from, boolean minimal) {
    long value = 0;
    for (int i = 0; i < 9; i++) {
      if (from + i >= bytes.length) {
        throw new IllegalArgumentException("Varint ends early at byte " + (from + i));
      }
      int b = bytes[from + i] & 0xff;
      value |= (long) (b & 0x7f) << 7 * i;
      if (b < 0x80) {
        if (minimal && b == 0 && i > 0) {
          throw new IllegalArgumentException("Varint at byte " + from + " is not minimal");
        }
        return new Decoded(value, from + i + 1);
      }
    }
    throw new IllegalArgumentException("Varint at byte " + from + " is longer than nine bytes");
  }

  /**
   * Appends one varint.
   *
   * @throws IllegalArgumentException when the value is negative
   */
  public static void write(long value, ByteArrayOutputStream out) {
    if (value < 0) {
      throw new IllegalArgumentException("Negative varint " + value);
    }
    long rest = value;
    while (rest >= 0x80) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** The bytes of one varint. */
  public static byte[] encode(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(9);
    write(value, out);
    return out.toByteArray();
  }
}
