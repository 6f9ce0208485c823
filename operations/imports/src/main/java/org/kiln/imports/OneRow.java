package org.kiln.imports;

/**
 * A row of ceramic-one's events, as it stands there: nothing of it is checked.
 *
 * @param place where it comes in the walk: the order of delivery, or the row's own number when the
 *     event was never delivered
 * @param cid bytes of the event's CID; null when there are none
 * @param key bytes of its EventId; null when there are none
 */
record OneRow(long place, byte[] cid, byte[] key) {}
