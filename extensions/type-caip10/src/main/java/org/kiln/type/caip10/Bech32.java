package org.kiln.type.caip10;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Addresses with a readable prefix and a checksum.
 *
 * @see <a href="https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki">BIP-173</a>
 */
final class Bech32 {
  private static final String LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int CHECKSUM = 6;
  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  private Bech32() {}

  static String encode(String prefix, byte[] bytes) {
    byte[] data = fives(bytes);
    StringBuilder out = new StringBuilder(prefix).append('1');
    for (byte five : data) {
      out.append(LETTERS.charAt(five));
    }
    int sum = polymod(prefix, data) ^ 1;
    for (int i = 0; i < CHECKSUM; i++) {
      out.append(LETTERS.charAt(sum >>> 5 * (CHECKSUM - 1 - i) & 31));
    }
    return out.toString();
  }

  /** The bits in groups of five, the last filled up with zeros. */
  private static byte[] fives(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (byte b : bytes) {
      buffer = buffer << 8 & 0xfff | b & 0xff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out.write(buffer >>> bits & 31);
      }
    }
    if (bits > 0) {
      out.write(buffer << 5 - bits & 31);
    }
    return out.toByteArray();
  }

  private static int polymod(String prefix, byte[] data) {
    byte[] letters = prefix.getBytes(StandardCharsets.US_ASCII);
    int sum = 1;
    for (byte letter : letters) {
      sum = step(sum, letter >>> 5);
    }
    sum = step(sum, 0);
    for (byte letter : letters) {
      sum = step(sum, letter & 31);
    }
    for (byte five : data) {
      sum = step(sum, five);
    }
    for (int i = 0; i < CHECKSUM; i++) {
      sum = step(sum, 0);
    }
    return sum;
  }

  private static int step(int sum, int value) {
    int top = sum >>> 25;
    int next = (sum & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < GENERATOR.length; i++) {
      next ^= (top >>> i & 1) * GENERATOR[i];
    }
    return next;
  }
}
