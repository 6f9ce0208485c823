package org.kiln.api.ipld;

import java.util.Arrays;
import java.util.Base64;

/**
 * Multibase text: one prefix character that names the base, then the bytes in that base.
 *
 * <p>The bases that occur in Ceramic: {@code b} base32, {@code f} base16, {@code k} base36, {@code
 * m} base64, {@code u} base64url, {@code z} base58btc; none of them padded. Upper-case forms of
 * base16 and base32 ({@code F}, {@code B}) are read but never written.
 *
 * @see <a href="https://github.com/multiformats/multibase">multibase</a>
 */
public enum Multibase {
  /** RFC 4648 hexadecimal, lower case. */
  BASE16('f', "0123456789abcdef"),
  /** RFC 4648 base32, lower case, no padding. */
  BASE32('b', "abcdefghijklmnopqrstuvwxyz234567"),
  /** Base36, lower case. */
  BASE36('k', "0123456789abcdefghijklmnopqrstuvwxyz"),
  /** Base58, Bitcoin alphabet. */
  BASE58BTC('z', "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
  /** RFC 4648 base64, no padding. */
  BASE64('m', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
  /** RFC 4648 base64url, no padding. */
  BASE64URL('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  private final char prefix;
  private final char[] alphabet;
  private final byte[] values = new byte[128];
  private final Positional positional;

  Multibase(char prefix, String alphabet) {
    this.prefix = prefix;
    this.alphabet = alphabet.toCharArray();
    this.positional = new Positional(this.alphabet);
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < this.alphabet.length; i++) {
      values[this.alphabet[i]] = (byte) i;
    }
  }

  /** The multibase prefix character. */
  public char prefix() {
    return prefix;
  }

  /**
   * Decodes multibase text of any supported base.
   *
   * @throws IllegalArgumentException when the text is empty, the base unknown, or a character is
   *     not of the base
   */
  public static byte[] decode(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("Empty multibase text");
    }
    String body = text.substring(1);
    return switch (text.charAt(0)) {
      case 'b' -> BASE32.decodeBody(body);
      case 'B' -> BASE32.decodeBody(lowerCase(body));
      case 'f' -> BASE16.decodeBody(body);
      case 'F' -> BASE16.decodeBody(lowerCase(body));
      case 'k' -> BASE36.decodeBody(body);
      case 'K' -> BASE36.decodeBody(lowerCase(body));
      case 'z' -> BASE58BTC.decodeBody(body);
      case 'm' -> BASE64.decodeBody(body);
      case 'u' -> BASE64URL.decodeBody(body);
      default ->
          throw new IllegalArgumentException("Unknown multibase prefix '" + text.charAt(0) + "'");
    };
  }

  /** Encodes with the prefix character. */
  public String encode(byte[] bytes) {
    return prefix + encodeBody(bytes);
  }

  /** Encodes without the prefix character. */
  public String encodeBody(byte[] bytes) {
    return switch (this) {
      case BASE16, BASE32 -> encodeBits(bytes, this == BASE16 ? 4 : 5);
      case BASE36, BASE58BTC -> positional.encode(bytes);
      case BASE64 -> Base64.getEncoder().withoutPadding().encodeToString(bytes);
      case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    };
  }

  /**
   * Decodes text without a prefix character.
   *
   * @throws IllegalArgumentException when a character is not of this base or the length is
   *     impossible
   */
  public byte[] decodeBody(String body) {
    return switch (this) {
      case BASE16, BASE32 -> decodeBits(body, this == BASE16 ? 4 : 5);
      case BASE36, BASE58BTC -> decodePositional(body);
      case BASE64, BASE64URL -> decodeBits(body, 6);
    };
  }

  private static String lowerCase(String body) {
    char[] out = body.toCharArray();
    for (int i = 0; i < out.length; i++) {
      if (out[i] >= 'a' && out[i] <= 'z') {
        throw new IllegalArgumentException("Mixed case in upper-case multibase text");
      }
      if (out[i] >= 'A' && out[i] <= 'Z') {
        out[i] += 'a' - 'A';
      }
    }
    return new String(out);
  }

  private int valueOf(char c) {
    int value = c < 128 ? values[c] : -1;
    if (value < 0) {
      throw new IllegalArgumentException("Character '" + c + "' is not " + name());
    }
    return value;
  }

  private String encodeBits(byte[] bytes, int width) {
    char[] out = new char[(bytes.length * 8 + width - 1) / width];
    int buffer = 0;
    int bits = 0;
    int at = 0;
    for (byte b : bytes) {
      buffer = buffer << 8 | b & 0xff;
      bits += 8;
      while (bits >= width) {
        bits -= width;
        out[at++] = alphabet[buffer >>> bits & (1 << width) - 1];
      }
      buffer &= (1 << bits) - 1;
    }
    if (bits > 0) {
      out[at] = alphabet[buffer << width - bits & (1 << width) - 1];
    }
    return new String(out);
  }

  private byte[] decodeBits(String body, int width) {
    byte[] out = new byte[body.length() * width / 8];
    int buffer = 0;
    int bits = 0;
    int at = 0;
    for (int i = 0; i < body.length(); i++) {
      buffer = buffer << width | valueOf(body.charAt(i));
      bits += width;
      if (bits >= 8) {
        bits -= 8;
        out[at++] = (byte) (buffer >>> bits);
        buffer &= (1 << bits) - 1;
      }
    }
    if (bits >= width || buffer != 0) {
      throw new IllegalArgumentException(
          "Text of " + body.length() + " characters does not end on a whole byte");
    }
    return out;
  }

  private byte[] decodePositional(String body) {
    byte[] digits = new byte[body.length()];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = (byte) valueOf(body.charAt(i));
    }
    return positional.decode(digits);
  }
}
