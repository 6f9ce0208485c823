package org.kiln.anchor.evm;

import java.math.BigInteger;
import java.util.HexFormat;

/** The two forms of JSON-RPC: data, and quantities without leading zeros. */
final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  static String data(byte[] bytes) {
    return "0x" + FORMAT.formatHex(bytes);
  }

  /** Reads data; throws IllegalArgumentException when it is none. */
  static byte[] data(String text) {
    if (!text.startsWith("0x")) {
      throw new IllegalArgumentException("Not hexadecimal data: " + brief(text));
    }
    return FORMAT.parseHex(text, 2, text.length());
  }

  static String quantity(BigInteger value) {
    return "0x" + value.toString(16);
  }

  /** Reads a quantity of at most 32 bytes; throws IllegalArgumentException when it is none. */
  static BigInteger quantity(String text) {
    if (!text.matches("0x[0-9a-fA-F]{1,64}")) {
      throw new IllegalArgumentException("Not a quantity: " + brief(text));
    }
    return new BigInteger(text.substring(2), 16);
  }

  private static String brief(String text) {
    return text.length() <= 20 ? text : text.substring(0, 20) + "…";
  }
}
