package org.kiln.net.recon.range;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A key of one of Recon's spaces, or the bound of a range of them. The order is unsigned bytewise.
 * Immutable: nobody changes the bytes.
 */
public final class Key implements Comparable<Key> {
  /** Below all keys. */
  public static final Key MIN = new Key(new byte[0]);

  /** Above all keys. */
  public static final Key MAX = new Key(new byte[] {(byte) 0xff});

  private final byte[] bytes;

  private Key(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The key of these bytes, which are not copied. */
  public static Key of(byte[] bytes) {
    return new Key(bytes);
  }

  /** Its bytes, not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /** The smallest key above it. */
  public Key next() {
    return new Key(Arrays.copyOf(bytes, bytes.length + 1));
  }

  /** Whether it is below that one. */
  public boolean isBelow(Key other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(Key other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Lower-case hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
