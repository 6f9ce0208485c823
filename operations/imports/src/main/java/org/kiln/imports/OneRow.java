package org.kiln.imports;

/**
 * A row of ceramic-one's events, as it stands there: nothing of it is checked.
 *
 * @param place where it comes in the walk: the order of delivery, or the row's own number when it
 *     has none
 * @param number the row's own
 * @param disorder what stands where the order of delivery should; null of a row that has one, or
 *     was never delivered
 * @param cid bytes of the event's CID; null when there are none
 * @param key bytes of its EventId; null when there are none
 */
record OneRow(long place, long number, String disorder, byte[] cid, byte[] key) {
  /** Before all others. */
  static final OneRow NONE = new OneRow(Long.MIN_VALUE, Long.MIN_VALUE, null, null, null);

  /** Whether it comes behind another in the walk; only in a damaged database it does not. */
  boolean isAfter(OneRow other) {
    return place > other.place || place == other.place && number > other.number;
  }
}
