package org.kiln.http;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of whole answers that wait for their readers. Large parts that several readers get,
 * such as the text of a state, lie in memory once and count once. Thread-safe.
 */
final class AnswerMemory {
  /**
   * Parts up to that size count for nothing: there are fewer threads than would make them matter.
   */
  private static final int SMALL_BYTES = 8 << 10;

  private static final int SHARED_BYTES = 64 << 10;

  private final ByteBudget budget;
  private final Map<byte[], Integer> readers = new IdentityHashMap<>();

  AnswerMemory(ByteBudget budget) {
    this.budget = budget;
  }

  /** The bound in bytes. */
  long bytes() {
    return budget.bytes();
  }

  /** Counts an answer's parts; false when there is no room for them. */
  boolean take(List<byte[]> parts) {
    for (int i = 0; i < parts.size(); i++) {
      if (!take(parts.get(i))) {
        for (int j = 0; j < i; j++) {
          give(parts.get(j));
        }
        return false;
      }
    }
    return true;
  }

  private boolean take(byte[] part) {
    if (part.length <= SMALL_BYTES) {
      return true;
    }
    if (part.length <= SHARED_BYTES) {
      return budget.take(part.length);
    }
    synchronized (readers) {
      Integer others = readers.get(part);
      if (others == null && !budget.take(part.length)) {
        return false;
      }
      readers.put(part, others == null ? 1 : others + 1);
      return true;
    }
  }

  /** The answer has been written, or nobody wants it any more. */
  void give(List<byte[]> parts) {
    for (int i = 0; i < parts.size(); i++) {
      give(parts.get(i));
    }
  }

  private void give(byte[] part) {
    if (part.length <= SMALL_BYTES) {
      return;
    }
    if (part.length <= SHARED_BYTES) {
      budget.give(part.length);
      return;
    }
    synchronized (readers) {
      int left = readers.get(part) - 1;
      if (left == 0) {
        readers.remove(part);
        budget.give(part.length);
      } else {
        readers.put(part, left);
      }
    }
  }
}
