package org.kiln.core.log;

import java.util.HexFormat;

/**
 * Recon's associative hash of a set of keys, and how many they are. The hash of one key is its
 * sha2-256 read as eight little-endian 32-bit words; of a set, the word-wise sum modulo 2^32.
 * Immutable.
 *
 * @param count number of keys
 * @param hash 32 bytes; all zero for the empty set; not changed by anyone
 */
public record RangeHash(long count, byte[] hash) {
  /** Of no keys. */
  public static final RangeHash EMPTY = new RangeHash(0, new byte[32]);

  /** Of both sets together, which must have no key in common. */
  public RangeHash plus(RangeHash other) {
    return new RangeHash(count + other.count, combine(other.hash, 1));
  }

  /** Of this set without a part of it. */
  public RangeHash minus(RangeHash part) {
    return new RangeHash(count - part.count, combine(part.hash, -1));
  }

  private byte[] combine(byte[] other, int sign) {
    byte[] sum = new byte[32];
    for (int word = 0; word < 32; word += 4) {
      int value = word(hash, word) + sign * word(other, word);
      sum[word] = (byte) value;
      sum[word + 1] = (byte) (value >>> 8);
      sum[word + 2] = (byte) (value >>> 16);
      sum[word + 3] = (byte) (value >>> 24);
    }
    return sum;
  }

  private static int word(byte[] bytes, int at) {
    return bytes[at] & 0xff
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RangeHash that
        && count == that.count
        && java.util.Arrays.equals(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return count + ":" + HexFormat.of().formatHex(hash);
  }
}
