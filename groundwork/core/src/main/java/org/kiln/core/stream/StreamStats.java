package org.kiln.core.stream;

/** What the room of streams holds and does, for metrics. Thread-safe. */
public interface StreamStats {

  /** The numbers as they are now. */
  Numbers stats();

  /**
   * Numbers of the room.
   *
   * @param cachedStates states in memory
   * @param cachedBytes their estimated weight in bytes
   * @param applied events applied since start
   * @param refused events refused since start
   * @param waiting events kept that wait for something missing
   */
  record Numbers(long cachedStates, long cachedBytes, long applied, long refused, long waiting) {}
}
