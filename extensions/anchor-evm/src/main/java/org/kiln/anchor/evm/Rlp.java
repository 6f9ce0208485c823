package org.kiln.anchor.evm;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Ethereum's recursive length prefix, writing only. */
final class Rlp {
  private Rlp() {}

  /** A list of items that are encoded already. */
  static byte[] list(byte[]... items) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (byte[] item : items) {
      payload.writeBytes(item);
    }
    return prefixed(payload.toByteArray(), 0xc0);
  }

  static byte[] bytes(byte[] value) {
    return value.length == 1 && value[0] >= 0 ? value : prefixed(value, 0x80);
  }

  /** A number that is not negative: big-endian without leading zeros, zero being empty. */
  static byte[] number(BigInteger value) {
    return bytes(unsigned(value));
  }

  static byte[] number(long value) {
    return number(BigInteger.valueOf(value));
  }

  private static byte[] prefixed(byte[] payload, int base) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 5);
    if (payload.length < 56) {
      out.write(base + payload.length);
    } else {
      byte[] length = unsigned(BigInteger.valueOf(payload.length));
      out.write(base + 55 + length.length);
      out.writeBytes(length);
    }
    out.writeBytes(payload);
    return out.toByteArray();
  }

  private static byte[] unsigned(BigInteger value) {
    if (value.signum() == 0) {
      return new byte[0];
    }
    byte[] bytes = value.toByteArray();
    return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
