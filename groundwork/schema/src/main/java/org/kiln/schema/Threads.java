package org.kiln.schema;

/** Where a program stands: the instructions reached at this place of a text and at the next. */
final class Threads {
  final int[] stack;
  private Places now;
  private Places next;

  Threads(int instructions) {
    now = new Places(instructions);
    next = new Places(instructions);
    stack = new int[2 * instructions + 2];
  }

  /** Instructions, each once. */
  static final class Places {
    private final int[] dense;
    private final int[] sparse;
    private int size;

    private Places(int instructions) {
      dense = new int[instructions];
      sparse = new int[instructions];
    }

    boolean add(int index) {
      int place = sparse[index];
      if (place < size && dense[place] == index) {
        return false;
      }
      sparse[index] = size;
      dense[size++] = index;
      return true;
    }

    int size() {
      return size;
    }

    int get(int place) {
      return dense[place];
    }
  }

  void clear() {
    now.size = 0;
    next.size = 0;
  }

  Places now() {
    return now;
  }

  Places next() {
    return next;
  }

  /** Goes on to the next place. */
  void advance() {
    Places passed = now;
    now = next;
    next = passed;
    next.size = 0;
  }
}
