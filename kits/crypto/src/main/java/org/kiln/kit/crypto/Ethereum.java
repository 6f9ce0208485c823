package org.kiln.kit.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;

/** What Ethereum-like chains make of keys, texts and bytes. Thread-safe. */
public final class Ethereum {
  private static final byte[] PREFIX =
      "\u0019Ethereum Signed Message:\n".getBytes(StandardCharsets.US_ASCII);

  private Ethereum() {}

  /** The address of a public key, 20 bytes. */
  public static byte[] address(ECPoint key) {
    byte[] point = key.getEncoded(false);
    byte[] hash = Hashes.keccak256(Arrays.copyOfRange(point, 1, point.length));
    return Arrays.copyOfRange(hash, 12, 32);
  }

  /** The digest of a message that a wallet signs as text (EIP-191). */
  public static byte[] messageDigest(byte[] message) {
    return messageDigest(message, message.length);
  }

  /** The digest of a message whose length a wallet has counted its own way. */
  public static byte[] messageDigest(byte[] message, int length) {
    byte[] decimal = Integer.toString(length).getBytes(StandardCharsets.US_ASCII);
    return Hashes.keccak256(PREFIX, decimal, message);
  }

  /** Data in hexadecimal, lower case with {@code 0x}. */
  public static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  /** Bytes of a hexadecimal text with or without {@code 0x}; empty when it is none. */
  public static Optional<byte[]> bytes(String hex) {
    try {
      return Optional.of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
