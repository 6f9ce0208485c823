package org.kiln.http.v0;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON text in the making, as UTF-8. Not thread-safe. */
final class JsonBytes implements AutoCloseable {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private static final int SINK_BYTES = 64 << 10;
  private static final int MANY_CHARS = 24;

  private final OutputStream sink;
  private final AnswerRoom room;
  private byte[] bytes;
  private int size;
  private long flushed;
  private int taken;

  JsonBytes(int expectedSize) {
    this(expectedSize, null, null);
  }

  private JsonBytes(int expectedSize, AnswerRoom room, OutputStream sink) {
    this.bytes = new byte[Math.max(64, expectedSize)];
    this.room = room;
    this.sink = sink;
  }

  /**
   * Text that may become long and takes its memory from there until it is closed.
   *
   * @throws AnswerRoom.FullException later, when it has grown too long
   */
  static JsonBytes within(AnswerRoom room, int expectedSize) {
    return new JsonBytes(Math.min(SINK_BYTES, expectedSize), room, null);
  }

  /**
   * Text that goes out while it is made.
   *
   * @throws UncheckedIOException later, when it cannot
   */
  static JsonBytes to(OutputStream sink) {
    return new JsonBytes(SINK_BYTES, null, sink);
  }

  /** How much was written, gone out or not. */
  long written() {
    return flushed + size;
  }

  /** Lets go out what has not yet; only for text that does. */
  void flush() {
    try {
      sink.write(bytes, 0, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    flushed += size;
    size = 0;
  }

  @Override
  public void close() {
    if (taken > 0) {
      room.give(taken);
      taken = 0;
    }
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
    int at = from;
    if (sink != null) {
      while (to - at > SINK_BYTES) {
        copy(source, at, SINK_BYTES);
        at += SINK_BYTES;
      }
    }
    return copy(source, at, to - at);
  }

  private JsonBytes copy(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    return this;
  }

  /** Appends text that is ASCII and needs no escapes. */
  JsonBytes ascii(String text) {
    int length = text.length();
    ensure(length);
    if (length > MANY_CHARS) {
      // One copy more, but no look at each char.
      System.arraycopy(text.getBytes(StandardCharsets.ISO_8859_1), 0, bytes, size, length);
    } else {
      for (int i = 0; i < length; i++) {
        bytes[size + i] = (byte) text.charAt(i);
      }
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

  /** Appends a JSON text as this class makes it, quoted as {@code JSON.stringify} does. */
  JsonBytes quotedJson(byte[] json, int length) {
    int escapes = 0;
    for (int i = 0; i < length; i++) {
      escapes += json[i] == '"' || json[i] == '\\' ? 1 : 0;
    }
    ensure(length + escapes + 2);
    bytes[size++] = '"';
    for (int i = 0; i < length; i++) {
      if (json[i] == '"' || json[i] == '\\') {
        bytes[size++] = '\\';
      }
      bytes[size++] = json[i];
    }
    bytes[size++] = '"';
    return this;
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
      makeRoom(more);
    }
  }

  private void makeRoom(int more) {
    if (sink != null) {
      flush();
      if (bytes.length < more) {
        bytes = new byte[more];
      }
      return;
    }
    int wanted = Math.max(Math.addExact(size, more), bytes.length * 2);
    if (room != null && wanted > SINK_BYTES) {
      room.take(wanted);
      close();
      taken = wanted;
    }
    bytes = Arrays.copyOf(bytes, wanted);
  }
}
