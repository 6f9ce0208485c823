package org.kiln.net.recon.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads CBOR items as they arrive, one head after the other: nothing is read twice, and no more is
 * kept than was sent. Lengths must be definite; a message may have so many bytes and be nested so
 * deep. For one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8949">RFC 8949</a>
 */
final class CborReader {
  static final int UINT = 0;
  static final int BYTES = 2;
  static final int TEXT = 3;
  static final int ARRAY = 4;
  static final int MAP = 5;
  static final int TAG = 6;

  private static final int BUFFER_BYTES = 16 << 10;
  private static final int FIRST_BYTES = 4 << 10;
  private static final int MAX_DEPTH = 16;
  private static final String[] NAMES = {
    "a number",
    "a negative number",
    "a byte string",
    "a text",
    "a list",
    "a map",
    "a tag",
    "a value"
  };

  /** Major type and argument of an item. */
  record Head(int major, long argument) {}

  private final ByteSource in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private long left;
  private long read;

  CborReader(ByteSource in) {
    this.in = in;
  }

  /**
   * Begins a message.
   *
   * @return false at the end of all
   */
  boolean begin(long maxBytes) throws IOException {
    left = maxBytes;
    return at < end || fill();
  }

  /** Bytes of messages so far. */
  long read() {
    return read;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer, 0, buffer.length));
    return end > 0;
  }

  private void spend(long bytes) throws ReconException {
    left -= bytes;
    read += bytes;
    if (left < 0) {
      throw new ReconException("A message is larger than is taken");
    }
  }

  private int octet() throws IOException {
    spend(1);
    if (at == end && !fill()) {
      throw new ReconException("The stream ends inside a message");
    }
    return buffer[at++] & 0xff;
  }

  Head head() throws IOException {
    return head(octet());
  }

  private Head head(int first) throws IOException {
    int major = first >> 5;
    int info = first & 31;
    if (info < 24) {
      return new Head(major, info);
    }
    if (info > 27) {
      throw new ReconException(
          info == 31
              ? "An item of indefinite length"
              : "A byte that begins no item: " + Integer.toHexString(first));
    }
    long argument = 0;
    for (int i = 1 << info - 24; i > 0; i--) {
      argument = argument << 8 | octet();
    }
    // As a float its bits may be anything; as a length or number more than 2^63 is nonsense.
    if (argument < 0 && major != 7) {
      throw new ReconException(NAMES[major] + " of more than 2^63");
    }
    return new Head(major, argument);
  }

  /** The argument of an item that must be of that major type. */
  long expect(int major, String what) throws IOException {
    Head head = head();
    if (head.major != major) {
      throw wrong(head, what);
    }
    return head.argument;
  }

  static ReconException wrong(Head head, String what) {
    return new ReconException(what + " is " + NAMES[head.major]);
  }

  /** The number of entries of a list or map. */
  int count(int major, int max, String what) throws IOException {
    return checked(expect(major, what), max, what);
  }

  static int checked(long count, int max, String what) throws ReconException {
    if (count > max) {
      throw new ReconException(what + " of " + count + " is more than " + max);
    }
    return (int) count;
  }

  byte[] bytes(int max, String what) throws IOException {
    return content(count(BYTES, max, what));
  }

  String text(int max, String what) throws IOException {
    return text(content(count(TEXT, max, what)), what);
  }

  static String text(byte[] utf8, String what) throws ReconException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new ReconException(what + " is not UTF-8");
    }
  }

  /** So many bytes; memory is taken as they come. */
  byte[] content(int length) throws IOException {
    spend(length);
    byte[] into = new byte[Math.min(length, FIRST_BYTES)];
    for (int have = 0; have < length; ) {
      if (at == end && !fill()) {
        throw new ReconException("The stream ends inside a message");
      }
      if (have == into.length) {
        into = Arrays.copyOf(into, (int) Math.min(length, 2L * into.length));
      }
      int n = Math.min(into.length - have, end - at);
      System.arraycopy(buffer, at, into, have, n);
      at += n;
      have += n;
    }
    return into;
  }

  private void passOver(long length) throws IOException {
    spend(length);
    for (long rest = length; rest > 0; ) {
      if (at == end && !fill()) {
        throw new ReconException("The stream ends inside a message");
      }
      int n = (int) Math.min(rest, end - at);
      at += n;
      rest -= n;
    }
  }

  /**
   * A list of small numbers, or a byte string.
   *
   * @param head of the item
   * @return null when it has more than so many bytes: then it was read over
   */
  byte[] octets(Head head, int max, String what) throws IOException {
    if (head.major == BYTES) {
      if (head.argument > max) {
        passOver(head.argument);
        return null;
      }
      return content((int) head.argument);
    }
    if (head.major != ARRAY) {
      throw wrong(head, what);
    }
    boolean kept = head.argument <= max;
    byte[] into = new byte[kept ? (int) Math.min(head.argument, FIRST_BYTES) : 0];
    for (long i = 0; i < head.argument; i++) {
      long value = number(what);
      if (value > 255) {
        throw new ReconException(what + " has a number above 255");
      }
      if (kept) {
        if (i == into.length) {
          into = Arrays.copyOf(into, (int) Math.min(head.argument, 2L * into.length));
        }
        into[(int) i] = (byte) value;
      }
    }
    return kept ? into : null;
  }

  /** A number; the shortest of them, of which a value has as many as bytes, without ado. */
  private long number(String what) throws IOException {
    int first = octet();
    if (first < 24) {
      return first;
    }
    if (first == 24) {
      return octet();
    }
    Head head = head(first);
    if (head.major != UINT) {
      throw wrong(head, what);
    }
    return head.argument;
  }

  /** Reads over an item of any kind. */
  void skip() throws IOException {
    skip(0);
  }

  private void skip(int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new ReconException("A message is nested deeper than " + MAX_DEPTH);
    }
    Head head = head();
    switch (head.major) {
      case BYTES, TEXT -> passOver(head.argument);
      case ARRAY, MAP -> {
        long items = head.major == MAP ? Math.multiplyExact(2L, checkedItems(head)) : head.argument;
        for (long i = 0; i < items; i++) {
          skip(depth + 1);
        }
      }
      case TAG -> skip(depth + 1);
      default -> {
        // A number or a simple value: its head is all of it.
      }
    }
  }

  private static long checkedItems(Head head) throws ReconException {
    return checked(head.argument, Integer.MAX_VALUE / 2, "A map");
  }
}
