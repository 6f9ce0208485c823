package org.kiln.kit.ipld;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.kiln.api.ipld.CodecException;

/**
 * The raw-byte pass over a DAG-CBOR block: refuses what DAG-CBOR has no place for, before anything
 * is built from it. A general CBOR reader takes indefinite lengths, long forms of short numbers,
 * other tags and simple values; two blocks that mean the same would then have two CIDs.
 */
final class CborForm {
  private static final int LINK_TAG = 42;
  private static final int[] NONE = {};
  private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

  private final byte[] block;
  private final boolean readLinks;
  private boolean canonical = true;

  /** Triples of head, start and end of each text that is not UTF-8. */
  private int[] malformed = NONE;

  private CborForm(byte[] block, boolean readLinks) {
    this.block = block;
    this.readLinks = readLinks;
  }

  /**
   * Checks one block.
   *
   * @param readLinks whether to demand here that links hold a CID; the builder does it otherwise
   */
  static CborForm check(byte[] block, boolean readLinks) throws CodecException {
    if (block.length > DagCbor.MAX_BLOCK_BYTES) {
      throw new CodecException(
          "DAG-CBOR block of " + block.length + " bytes is larger than " + DagCbor.MAX_BLOCK_BYTES);
    }
    CborForm form = new CborForm(block, readLinks);
    int end = form.item(0, 0);
    if (end != block.length) {
      throw new CodecException("DAG-CBOR: " + (block.length - end) + " bytes after the value");
    }
    return form;
  }

  /** Whether the canonical writer would write these bytes. */
  boolean canonical() {
    return canonical;
  }

  /**
   * The block with U+FFFD in place of what is not UTF-8, as the JavaScript decoder reads it; the
   * block itself when all text is sound.
   */
  byte[] repaired() {
    if (malformed.length == 0) {
      return block;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(block.length + 64);
    int at = 0;
    for (int i = 0; i < malformed.length; i += 3) {
      out.write(block, at, malformed[i] - at);
      byte[] text = replaced(malformed[i + 1], malformed[i + 2]);
      writeTextHead(text.length, out);
      out.writeBytes(text);
      at = malformed[i + 2];
    }
    out.write(block, at, block.length - at);
    return out.toByteArray();
  }

  private int item(int at, int depth) throws CodecException {
    if (at >= block.length) {
      throw cutShort(at);
    }
    int head = block[at];
    int major = head >>> 5 & 7;
    int minor = head & 31;
    if (major == 7) {
      return simple(at, minor);
    }
    int next = at + 1;
    long argument = minor;
    if (minor >= 24) {
      argument = argument(at, minor);
      next += 1 << minor - 24;
    }
    return switch (major) {
      case 0, 1 -> next;
      case 2 -> skip(next, argument);
      case 3 -> text(at, next, argument);
      case 4 -> list(next, argument, depth + 1);
      case 5 -> map(next, argument, depth + 1);
      default -> link(at, next, argument);
    };
  }

  private long argument(int at, int minor) throws CodecException {
    if (minor > 27) {
      throw new CodecException(
          minor == 31
              ? "DAG-CBOR: indefinite length at byte " + at
              : "DAG-CBOR: reserved length form " + minor + " at byte " + at);
    }
    int width = 1 << minor - 24;
    if (at + width >= block.length) {
      throw cutShort(at);
    }
    long value = 0;
    for (int i = 1; i <= width; i++) {
      value = value << 8 | block[at + i] & 0xff;
    }
    boolean minimal =
        switch (width) {
          case 1 -> value >= 24;
          case 2 -> value > 0xff;
          case 4 -> value > 0xffff;
          default -> value >>> 32 != 0;
        };
    if (!minimal) {
      throw new CodecException("DAG-CBOR: number at byte " + at + " is written longer than needed");
    }
    return value;
  }

  private int simple(int at, int minor) throws CodecException {
    switch (minor) {
      case 20, 21, 22 -> {
        return at + 1;
      }
      case 23 -> {
        // undefined: the JavaScript library reads it and means null, but never writes it.
        canonical = false;
        return at + 1;
      }
      case 25, 26, 27 -> {
        return number(at, 1 << minor - 24);
      }
      default ->
          throw new CodecException(
              minor == 31
                  ? "DAG-CBOR: break without an indefinite length at byte " + at
                  : "DAG-CBOR: simple value at byte " + at + " is not supported");
    }
  }

  private int number(int at, int width) throws CodecException {
    if (at + width >= block.length) {
      throw cutShort(at);
    }
    long bits = 0;
    for (int i = 1; i <= width; i++) {
      bits = bits << 8 | block[at + i] & 0xff;
    }
    boolean finite =
        switch (width) {
          case 2 -> (bits & 0x7c00) != 0x7c00;
          case 4 -> (bits & 0x7f80_0000L) != 0x7f80_0000L;
          default -> Double.isFinite(Double.longBitsToDouble(bits));
        };
    if (!finite) {
      throw new CodecException("DAG-CBOR: number at byte " + at + " is not finite");
    }
    canonical &= width == 8;
    return at + 1 + width;
  }

  private int skip(int next, long length) throws CodecException {
    if (length < 0 || length > block.length - next) {
      throw cutShort(next);
    }
    return next + (int) length;
  }

  private int text(int head, int next, long length) throws CodecException {
    int end = skip(next, length);
    for (int i = next; i < end; i++) {
      if (block[i] < 0) {
        checkUtf8(head, next, i, end);
        break;
      }
    }
    return end;
  }

  private void checkUtf8(int head, int start, int from, int end) {
    int i = from;
    while (i < end) {
      int size = Utf8.sequence(block, i, end);
      if (size == 0) {
        canonical = false;
        int n = malformed.length;
        malformed = Arrays.copyOf(malformed, n + 3);
        malformed[n] = head;
        malformed[n + 1] = start;
        malformed[n + 2] = end;
        return;
      }
      i += size;
    }
  }

  private int list(int next, long count, int depth) throws CodecException {
    checkContainer(next, count, depth);
    int at = next;
    for (long i = 0; i < count; i++) {
      at = item(at, depth);
    }
    return at;
  }

  private int map(int next, long count, int depth) throws CodecException {
    checkContainer(next, count, depth);
    int at = next;
    int lastKey = 0;
    int lastEnd = 0;
    for (long i = 0; i < count; i++) {
      if (at >= block.length) {
        throw cutShort(at);
      }
      int head = block[at];
      if ((head >>> 5 & 7) != 3) {
        throw new CodecException("DAG-CBOR: map key at byte " + at + " is not text");
      }
      int minor = head & 31;
      int key = at + 1;
      long length = minor;
      if (minor >= 24) {
        length = argument(at, minor);
        key += 1 << minor - 24;
      }
      int end = text(at, key, length);
      if (canonical && i > 0) {
        canonical = ordered(lastKey, lastEnd, key, end);
      }
      lastKey = key;
      lastEnd = end;
      at = item(end, depth);
    }
    return at;
  }

  /** Shorter keys first, then bytewise (RFC 7049 §3.9); equal keys are out of order too. */
  private boolean ordered(int first, int firstEnd, int second, int secondEnd) {
    int byLength = (firstEnd - first) - (secondEnd - second);
    if (byLength != 0) {
      return byLength < 0;
    }
    return Arrays.compareUnsigned(block, first, firstEnd, block, second, secondEnd) < 0;
  }

  private void checkContainer(int next, long count, int depth) throws CodecException {
    if (count < 0 || count > block.length - next) {
      throw cutShort(next);
    }
    if (depth > DagCbor.MAX_DEPTH) {
      throw new CodecException("DAG-CBOR: nested deeper than " + DagCbor.MAX_DEPTH);
    }
  }

  private int link(int at, int next, long tag) throws CodecException {
    if (tag != LINK_TAG) {
      throw new CodecException("DAG-CBOR: tag " + Long.toUnsignedString(tag) + " at byte " + at);
    }
    if (next >= block.length) {
      throw cutShort(next);
    }
    if ((block[next] >>> 5 & 7) != 2) {
      throw new CodecException("DAG-CBOR: link at byte " + at + " is not bytes");
    }
    int end = item(next, 0);
    int start = next + 1 + lengthOfArgument(block[next] & 31);
    if (start >= end || block[start] != 0) {
      throw new CodecException("DAG-CBOR: link at byte " + at + " does not begin with 0x00");
    }
    if (readLinks) {
      DagCbor.linkOf(Arrays.copyOfRange(block, start, end));
    }
    return end;
  }

  private static int lengthOfArgument(int minor) {
    return minor < 24 ? 0 : 1 << minor - 24;
  }

  private CodecException cutShort(int at) {
    return new CodecException(
        block.length == 0 ? "DAG-CBOR: empty block" : "DAG-CBOR: cut short at byte " + at);
  }

  private byte[] replaced(int start, int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(end - start + 16);
    int i = start;
    while (i < end) {
      int size = Utf8.sequence(block, i, end);
      if (size == 0) {
        out.writeBytes(REPLACEMENT);
        i += Utf8.malformed(block, i, end);
      } else {
        out.write(block, i, size);
        i += size;
      }
    }
    return out.toByteArray();
  }

  private static void writeTextHead(int length, ByteArrayOutputStream out) {
    if (length < 24) {
      out.write(0x60 | length);
    } else if (length <= 0xff) {
      out.write(0x78);
      out.write(length);
    } else if (length <= 0xffff) {
      out.write(0x79);
      out.write(length >>> 8);
      out.write(length);
    } else {
      out.write(0x7a);
      out.write(length >>> 24);
      out.write(length >>> 16);
      out.write(length >>> 8);
      out.write(length);
    }
  }
}
