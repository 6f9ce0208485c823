package org.kiln.kit.crypto;

import java.util.Arrays;
import java.util.Optional;
import org.kiln.api.ipld.Multibase;

/** Base58 of Bitcoin's alphabet, bare and with a prefix and checksum. Thread-safe. */
public final class Base58 {
  /** No address, key or signature is longer; decoding takes time in the square of the length. */
  private static final int MAX_LENGTH = 128;

  private static final int CHECKSUM = 4;

  private Base58() {}

  /** The bytes; empty when the text is none, or no Base58, or longer than any key or signature. */
  public static Optional<byte[]> decode(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(Multibase.BASE58BTC.decodeBody(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What stands between the prefix and a right checksum; empty when that is no {@code size}. */
  public static Optional<byte[]> decodeChecked(String text, byte[] prefix, int size) {
    int end = prefix.length + size;
    return decode(text)
        .filter(bytes -> bytes.length == end + CHECKSUM)
        .filter(bytes -> Arrays.equals(prefix, 0, prefix.length, bytes, 0, prefix.length))
        .filter(
            bytes ->
                Arrays.equals(
                    checksum(Arrays.copyOf(bytes, end)),
                    Arrays.copyOfRange(bytes, end, bytes.length)))
        .map(bytes -> Arrays.copyOfRange(bytes, prefix.length, end));
  }

  /** Prefix, bytes and checksum. */
  public static String encodeChecked(byte[] prefix, byte[] bytes) {
    int end = prefix.length + bytes.length;
    byte[] all = Arrays.copyOf(prefix, end + CHECKSUM);
    System.arraycopy(bytes, 0, all, prefix.length, bytes.length);
    System.arraycopy(checksum(Arrays.copyOf(all, end)), 0, all, end, CHECKSUM);
    return Multibase.BASE58BTC.encodeBody(all);
  }

  private static byte[] checksum(byte[] body) {
    return Arrays.copyOf(Hashes.sha256(Hashes.sha256(body)), CHECKSUM);
  }
}
