/**
 * A stream type: a counter that several devices of one account raise and lower.
 *
 * <p>A stream has one history. When two devices append at the same time, their events make a
 * branch, and one of the two loses. A counter whose events said "one more" would lose a count then.
 * So each event says how far <em>its device</em> has counted in all, and the counter keeps the
 * largest such figure of every device (a PN-counter, a state-based CRDT): events may be lost,
 * repeated or late, and the next event of a device brings back whatever was lost of it.
 */
package org.kiln.sample.counter;
