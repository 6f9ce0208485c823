package org.kiln.http.v0;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON text in the making, as UTF-8. Not thread-safe. */
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int size;

  JsonBytes(int expectedSize) {
    bytes = new byte[Math.max(64, expectedSize)];
  }

  int size() {
    return size;
  }

  /** The text so far. */
  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  JsonBytes raw(byte[] source) {
    return raw(source, 0, source.length);
  }

  JsonBytes raw(byte[] source, int from, int to) {
    int length = to - from;
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    return this;
  }

  /** Appends text that is ASCII and needs no escapes. */
  JsonBytes ascii(String text) {
    int length = text.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      bytes[size + i] = (byte) text.charAt(i);
    }
    size += length;
    return this;
  }

  JsonBytes put(char ascii) {
    ensure(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  JsonBytes number(long value) {
    return ascii(Long.toString(value));
  }

  /** Appends quoted ASCII text that needs no escapes, such as a CID. */
  JsonBytes quoted(String ascii) {
    return put('"').ascii(ascii).put('"');
  }

  /** Appends any text, quoted and escaped as {@code JSON.stringify} does. */
  JsonBytes text(String text) {
    int length = text.length();
    // A char takes three bytes of UTF-8 at most; the escapes check for themselves.
    ensure(length * 3 + 2);
    bytes[size++] = '"';
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c >= ' ' && c != '"' && c != '\\') {
          bytes[size++] = (byte) c;
        } else {
          escape(c);
          ensure((length - i) * 3 + 2);
        }
      } else if (c < 0x800) {
        bytes[size++] = (byte) (0xc0 | c >> 6);
        bytes[size++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate(c)) {
        bytes[size++] = (byte) (0xe0 | c >> 12);
        bytes[size++] = (byte) (0x80 | c >> 6 & 0x3f);
        bytes[size++] = (byte) (0x80 | c & 0x3f);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        bytes[size++] = (byte) (0xf0 | point >> 18);
        bytes[size++] = (byte) (0x80 | point >> 12 & 0x3f);
        bytes[size++] = (byte) (0x80 | point >> 6 & 0x3f);
        bytes[size++] = (byte) (0x80 | point & 0x3f);
      } else {
        unicode(c);
        ensure((length - i) * 3 + 2);
      }
    }
    bytes[size++] = '"';
    return this;
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> put('\\').put(c);
      case '\b' -> ascii("\\b");
      case '\f' -> ascii("\\f");
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      default -> unicode(c);
    }
  }

  private void unicode(char c) {
    ascii("\\u");
    ensure(4);
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[size++] = HEX[c >> shift & 0xf];
    }
  }

  private void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
    }
  }
}
