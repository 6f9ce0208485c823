package org.kiln.kit.ipld;

import java.nio.charset.StandardCharsets;

/** The byte sequences of UTF-8 (Unicode 15, table 3-7). */
final class Utf8 {
  private Utf8() {}

  /** The bytes of a text; a lone surrogate, which UTF-8 has no place for, becomes U+FFFD. */
  static byte[] encode(String text) {
    return wellFormed(text).getBytes(StandardCharsets.UTF_8);
  }

  /** The text with U+FFFD in place of each lone surrogate, as JavaScript's TextEncoder reads it. */
  static String wellFormed(String text) {
    return isWellFormed(text)
        ? text
        : text.codePoints()
            .map(c -> isSurrogate(c) ? 0xfffd : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  /** Whether every surrogate of the text is one of a pair. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** Length of the well-formed sequence at that place; 0 when there is none. */
  static int sequence(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xff;
    if (lead < 0x80) {
      return 1;
    }
    int size = size(lead);
    return size > 0 && wellFormed(bytes, at, end) == size ? size : 0;
  }

  /**
   * Length of the malformed part at that place that one U+FFFD stands for: the longest beginning of
   * a well-formed sequence, at least one byte (WHATWG Encoding, UTF-8 decoder).
   */
  static int malformed(byte[] bytes, int at, int end) {
    return Math.max(1, wellFormed(bytes, at, end));
  }

  private static int size(int lead) {
    if (lead < 0xc2) {
      return 0;
    }
    if (lead < 0xe0) {
      return 2;
    }
    if (lead < 0xf0) {
      return 3;
    }
    return lead < 0xf5 ? 4 : 0;
  }

  /** How many bytes from here belong to the sequence that the first one begins. */
  private static int wellFormed(byte[] bytes, int at, int end) {
    int lead = bytes[at] & 0xff;
    int size = size(lead);
    if (size == 0) {
      return 0;
    }
    int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    int i = 1;
    while (i < size && at + i < end) {
      int next = bytes[at + i] & 0xff;
      if (next < low || next > high) {
        break;
      }
      low = 0x80;
      high = 0xbf;
      i++;
    }
    return i;
  }
}
