/**
 * The event log. One writer thread owns the store's write transactions and puts everything that
 * waits into one batch with one sync.
 *
 * <p>What lies in the tables, format 1, is described where it is read and written: events, sequence
 * and blocks in {@link org.kiln.events.table}, order and sums in {@link org.kiln.events.order},
 * journal and held in {@link org.kiln.events.journal}. Integers are unsigned varints unless a width
 * is given; fixed widths are big-endian.
 *
 * <pre>
 * log-meta     "format" → 1 (8)
 *              "journal" → which journal this is
 * </pre>
 *
 * Sequences have no gaps and nothing is ever removed, so the newest sequence is the number of
 * events, and neither needs a counter. How far the log was on the disk is remembered beside the
 * store, see {@link org.kiln.events.guard.StoreMark}.
 */
package org.kiln.events;
