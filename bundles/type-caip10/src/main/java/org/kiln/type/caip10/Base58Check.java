package org.kiln.type.caip10;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.kiln.api.ipld.Multibase;

/** Texts in Base58 that begin with letters of their kind and end in a checksum. */
final class Base58Check {
  /** No address, key or signature is longer; decoding takes time in the square of the length. */
  private static final int MAX_LENGTH = 128;

  private static final int CHECKSUM = 4;

  private Base58Check() {}

  /**
   * What stands between prefix and checksum; empty when that is no {@code size} bytes.
   *
   * @param prefix in hexadecimal
   */
  static Optional<byte[]> decode(String text, String prefix, int size) {
    byte[] head = HexFormat.of().parseHex(prefix);
    try {
      byte[] bytes =
          text.length() > MAX_LENGTH ? new byte[0] : Multibase.BASE58BTC.decodeBody(text);
      int end = head.length + size;
      if (bytes.length != end + CHECKSUM
          || !Arrays.equals(head, 0, head.length, bytes, 0, head.length)) {
        return Optional.empty();
      }
      byte[] sum = Hashes.sha256(Hashes.sha256(Arrays.copyOf(bytes, end)));
      return Arrays.equals(sum, 0, CHECKSUM, bytes, end, bytes.length)
          ? Optional.of(Arrays.copyOfRange(bytes, head.length, end))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
