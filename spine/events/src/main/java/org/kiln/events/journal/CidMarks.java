package org.kiln.events.journal;

import org.kiln.api.ipld.Cid;

/**
 * A set of CIDs that may take one for a member that is none, but never the other way round. Saves
 * look-ups of what is not there. For one thread.
 */
final class CidMarks {
  private static final int BITS = 1 << 22;

  /** From so many on, one in four would be taken for a member. */
  private static final int MANY = BITS / 4;

  private long[] words = new long[0];
  private int added;

  void add(Cid cid) {
    if (words.length == 0) {
      words = new long[BITS / Long.SIZE];
    }
    int bit = bit(cid);
    words[bit / Long.SIZE] |= 1L << bit;
    added++;
  }

  boolean mayHave(Cid cid) {
    int bit = bit(cid);
    return words.length > 0 && (words[bit / Long.SIZE] & 1L << bit) != 0;
  }

  /**
   * Whether it answers wrongly too often, and would not if it were made anew.
   *
   * @param now how many there would be in it then
   */
  boolean isWorn(long now) {
    return added > MANY && now < MANY / 2;
  }

  /** The hash of a CID is taken from its digest, so it is spread evenly. */
  private static int bit(Cid cid) {
    return cid.hashCode() & BITS - 1;
  }
}
