package org.kiln.store.xodus;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Walks the records of one log file without Xodus, over damage too: behind a hole it goes on where
 * the first plausible record is followed by others up to the end of a transaction. Bytes that are
 * no record may look like one whose length skips a thousand others, and lead to more such, so from
 * damage up to the next end of a transaction every byte is tried, and before a hole every byte of
 * the transaction it lies in. What comes out may therefore be no value, or come twice: whoever
 * takes it knows it by its hash.
 *
 * <pre>
 * record: type xor 80 ‖ structure (varint, its last byte has the high bit) ‖ length (the same)
 *         ‖ data; a byte 80 alone is padding
 * a node of a Patricia tree with a value: in a root the tree's size, and what precedes it, ‖
 *         length ‖ key's part, if it has one ‖ length ‖ value
 * </pre>
 */
final class LogScan {
  private static final int PADDING = 0;
  private static final int DATABASE_ROOT = 1;
  private static final int FIRST_NODE = 12;
  private static final int LAST_NODE = 43;
  private static final int HAS_KEY = 1;
  private static final int HAS_VALUE = 2;
  private static final int HAS_CHILDREN = 4;
  private static final int IS_ROOT = 8;
  private static final int HAS_BACK_REFERENCE = 16;
  private static final int ROOT_CHECK = 199;

  /** A node has a dozen tables; each is a structure. */
  private static final int MAX_STRUCTURES = 1024;

  /** So many records that follow each other are no accident, when no transaction ends before. */
  private static final int PLAUSIBLE_RECORDS = 64;

  private final byte[] file;
  private final int length;
  private final BitSet changedPages;
  private int at;

  /** Hears of each stretch of a file that is no record. */
  interface Holes {
    void hole(int from, int to);
  }

  /**
   * Over a file's content.
   *
   * @param changedPages which pages of {@link PageSums#PAGE} bytes are known not to be as written
   */
  LogScan(byte[] file, BitSet changedPages) {
    this.file = file;
    this.length = file.length;
    this.changedPages = changedPages;
  }

  /** Hands out the values of all nodes, and tells what lies between the records it finds. */
  void run(Consumer<byte[]> values, Holes holes) {
    int from = 0;
    int previous = -1;
    int tried = 0; // what is before needs no second look
    boolean doubtful = false;
    while (from < length) {
      Header header = header(from);
      if (header == null) {
        // The length of the record before may be what is wrong.
        int next = resume(previous + 1);
        holes.hole(Math.min(from, next), Math.max(from, next));
        search(tried, next, values);
        tried = next;
        from = next;
        doubtful = true;
      } else {
        value(header, values);
        doubtful |= isChanged(from, header.end);
        if (doubtful) {
          search(Math.max(tried, from + 1), header.end, values);
          tried = Math.max(tried, header.end);
        }
        previous = from;
        from = header.end;
        if (header.type == DATABASE_ROOT && isRoot(header)) {
          tried = from;
          doubtful = false;
        }
      }
    }
  }

  private boolean isChanged(int from, int to) {
    int page = changedPages.nextSetBit(from / PageSums.PAGE);
    return page >= 0 && page <= (to - 1) / PageSums.PAGE;
  }

  /** Hands out the values of all nodes that begin there, whatever they lie in. */
  private void search(int from, int to, Consumer<byte[]> values) {
    for (int candidate = from; candidate < to; candidate++) {
      Header header = header(candidate);
      if (header != null && header.type >= FIRST_NODE && isSane(header)) {
        value(header, values);
      }
    }
  }

  private record Header(int type, int data, int end) {}

  private Header header(int from) {
    at = from;
    int type = (file[at++] ^ 0x80) & 0xff;
    if (type == PADDING) {
      return new Header(PADDING, at, at);
    }
    long structure = varint();
    long size = structure < 0 ? -1 : varint();
    boolean known = type <= LAST_NODE && structure <= MAX_STRUCTURES;
    return !known || size < 0 || size > length - at ? null : new Header(type, at, at + (int) size);
  }

  /** −1 when there is none. */
  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 63 && at < length; shift += 7) {
      byte b = file[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b < 0) {
        return value;
      }
    }
    return -1;
  }

  private int resume(int from) {
    for (int candidate = from; candidate < length; candidate++) {
      if (file[candidate] != (byte) 0x80 && isPlausible(candidate)) {
        return candidate;
      }
    }
    return length;
  }

  private boolean isPlausible(int from) {
    int next = from;
    int records = 0;
    while (records < PLAUSIBLE_RECORDS) {
      Header header = next < length ? header(next) : null;
      if (header == null) {
        return false;
      }
      if (header.type == DATABASE_ROOT) {
        return isRoot(header);
      }
      if (records == 0 && !isSane(header)) {
        return false;
      }
      records += header.type == PADDING ? 0 : 1;
      next = header.end;
    }
    return true;
  }

  private boolean isRoot(Header header) {
    at = header.data;
    long address = varint();
    long structure = varint();
    long check = varint();
    return check >= 0 && at == header.end && check == address + structure + ROOT_CHECK;
  }

  /** The node with what random bytes would hardly have: parts that fit. */
  private boolean isSane(Header header) {
    if (header.type < FIRST_NODE) {
      return true;
    }
    boolean hasValue = (header.type - FIRST_NODE & HAS_VALUE) != 0;
    long size = toValue(header);
    long end = at + (hasValue ? size : 0);
    boolean hasChildren = (header.type - FIRST_NODE & HAS_CHILDREN) != 0;
    return size >= 0 && (hasChildren ? end < header.end : end == header.end);
  }

  private void value(Header header, Consumer<byte[]> values) {
    if (header.type < FIRST_NODE || (header.type - FIRST_NODE & HAS_VALUE) == 0) {
      return;
    }
    long size = toValue(header);
    if (size >= 0 && size <= header.end - at) {
      values.accept(Arrays.copyOfRange(file, at, at + (int) size));
    }
  }

  /** Goes to where a node's value begins; its length, 0 without one, −1 when nothing fits. */
  private long toValue(Header header) {
    int bits = header.type - FIRST_NODE;
    at = header.data;
    boolean fits = (bits & IS_ROOT) == 0 || varint() >= 0;
    fits &= (bits & HAS_BACK_REFERENCE) == 0 || varint() >= 0;
    if ((bits & HAS_KEY) != 0) {
      long key = varint();
      fits &= key >= 0 && key <= header.end - at;
      at += fits ? (int) key : 0;
    }
    return fits ? (bits & HAS_VALUE) != 0 ? varint() : 0 : -1;
  }
}
