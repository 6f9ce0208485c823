package org.kiln.type.caip10.sr25519;

import java.math.BigInteger;

/** Unsigned numbers with their lowest byte first. */
final class LittleEndian {
  private LittleEndian() {}

  static BigInteger number(byte[] bytes) {
    return new BigInteger(1, reversed(bytes));
  }

  /** Of a number that is not negative and fits. */
  static byte[] bytes(BigInteger number, int size) {
    byte[] out = new byte[size];
    byte[] magnitude = reversed(number.toByteArray());
    System.arraycopy(magnitude, 0, out, 0, Math.min(size, magnitude.length));
    return out;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] out = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      out[i] = bytes[bytes.length - 1 - i];
    }
    return out;
  }
}
