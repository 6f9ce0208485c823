package org.kiln.did.pkh;

import java.util.Arrays;
import java.util.Optional;
import org.kiln.api.ipld.Multibase;

/** Base58 of Bitcoin's alphabet, bare and with a prefix and checksum. */
final class Base58 {
  /** No address, key or signature is longer; decoding takes time in the square of the length. */
  private static final int MAX_LENGTH = 128;

  private Base58() {}

  static Optional<byte[]> decode(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(Multibase.BASE58BTC.decodeBody(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What stands between the prefix and a right checksum of {@code size} bytes. */
  static Optional<byte[]> decodeChecked(String text, byte[] prefix, int size) {
    Optional<byte[]> decoded = decode(text);
    if (decoded.isEmpty() || decoded.get().length != prefix.length + size + 4) {
      return Optional.empty();
    }
    byte[] bytes = decoded.get();
    byte[] body = Arrays.copyOf(bytes, prefix.length + size);
    boolean right =
        Arrays.equals(prefix, Arrays.copyOf(bytes, prefix.length))
            && Arrays.equals(checksum(body), Arrays.copyOfRange(bytes, body.length, bytes.length));
    return right
        ? Optional.of(Arrays.copyOfRange(body, prefix.length, body.length))
        : Optional.empty();
  }

  static String encodeChecked(byte[] prefix, byte[] bytes) {
    byte[] body = Arrays.copyOf(prefix, prefix.length + bytes.length);
    System.arraycopy(bytes, 0, body, prefix.length, bytes.length);
    byte[] all = Arrays.copyOf(body, body.length + 4);
    System.arraycopy(checksum(body), 0, all, body.length, 4);
    return Multibase.BASE58BTC.encodeBody(all);
  }

  private static byte[] checksum(byte[] body) {
    return Arrays.copyOf(Hashes.sha256(Hashes.sha256(body)), 4);
  }
}
