package org.kiln.http.v0;

import java.util.concurrent.Semaphore;

/** Memory for the texts that are in the making, counted in KiB. Thread-safe. */
final class AnswerRoom {
  private static final int UNIT_BYTES = 1024;
  private static final int SHARE_OF_HEAP = 8;
  private static final int SHARE_WHOLE = 4;

  private final int all;
  private final Semaphore units;

  AnswerRoom(long bytes) {
    this.all = Math.clamp(bytes / UNIT_BYTES, 1, Integer.MAX_VALUE);
    this.units = new Semaphore(all);
  }

  /** An eighth of the heap. */
  static AnswerRoom ofHeap() {
    return new AnswerRoom(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /** There is no room, for now or ever. */
  static final class FullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean forNow;

    private FullException(String message, boolean forNow) {
      super(message, null, false, false);
      this.forNow = forNow;
    }

    /** Whether it is worth trying again. */
    boolean forNow() {
      return forNow;
    }
  }

  /**
   * Takes room.
   *
   * @throws FullException when there is not so much
   */
  void take(int bytes) {
    long bound = (long) all * UNIT_BYTES;
    if (units(bytes) > all) {
      throw new FullException("The answer would be longer than " + bound + " bytes", false);
    }
    if (!tryTake(bytes)) {
      throw new FullException(
          "The node makes answers of " + bound + " bytes, as many as it can; please try again",
          true);
    }
  }

  /**
   * What is made whole at most where it can also be made piece by piece: a text doubles while it
   * grows, and takes the room of both while it is copied.
   */
  int wholeBytes() {
    return (int) Math.min(Integer.MAX_VALUE, (long) all * UNIT_BYTES / SHARE_WHOLE);
  }

  /** Takes room if there is so much now. */
  boolean tryTake(int bytes) {
    return units.tryAcquire(units(bytes));
  }

  void give(int bytes) {
    units.release(units(bytes));
  }

  private static int units(int bytes) {
    return (int) (((long) bytes + UNIT_BYTES - 1) / UNIT_BYTES);
  }
}
