/**
 * The event log. One writer thread owns the store's write transactions and puts everything that
 * waits into one batch with one sync.
 *
 * <h2>What lies in the tables, format 1</h2>
 *
 * Integers are unsigned varints unless a width is given; fixed widths are big-endian.
 *
 * <pre>
 * stream key   16 bytes: the first half of sha2-256 over the bytes of the init event's CID
 * place        stream key (16) ‖ sequence (8)
 *
 * events       place → record
 *   record       01 (version) ‖ flags ‖ received at, unix ms ‖ stream type ‖ init CID
 *                ‖ if flag 8: length ‖ EventId up to its event CID
 *                ‖ number of blocks ‖ blocks, the event's own first
 *     flags      0 init, 1 data, 2 time event; + 4 authenticated; + 8 has an EventId
 *     block      CID ‖ 0 ‖ length ‖ bytes                                lies here
 *                CID ‖ 1 ‖ place ‖ number of the block in that record    lies in another record
 * sequence     first sequence (8) → stream keys of up to 256 events that follow each other
 * blocks       CID → flags ‖ place ‖ number of the block in that record ‖ if flag 2: place of the event
 *     flags      1: the block's event is the record at this place; 2: it is another record
 * order        EventId → sequence (8)
 * sums         level (1) ‖ bound → children ‖ keys ‖ width ‖ eight words of that width
 *                every range of keys from one bound to the next of its level, see RangeSums
 * journal      first position (16, half a byte in each) → run
 *   run          'J' (version) ‖ newest sequence ‖ settled up to ‖ number of peers ‖ peers: length ‖ UTF-8
 *                ‖ number of entries ‖ up to 256 entries, written together
 *     entry      flags ‖ origin ‖ stream type ‖ init CID ‖ unless flag 16: event CID ‖ if flag 1: sequence
 *       flags    1: the event has become deliverable; 2: it is its stream's tip, and × 4 what moved it:
 *                0 created, 1 updated, 2 anchored, 3 reorganized; 16: it is the init event
 *       origin   0 not known, 1 a client, 2 this node, 3 and on the peers of the run
 * held         's' ‖ event CID → CID of the event it lacks
 *                'p' ‖ CID of the event it lacks ‖ sequence (8) → run with the one entry it will have
 *                'r' ‖ CID of a delivered event → nothing: some that were held for it are still to come
 * log-meta     "format" → 1 (8)
 *                "journal" → "KILNJRNL" ‖ its id (8) ‖ number (8) and ids (8 each) of former ones ‖ CRC32C (4)
 * </pre>
 *
 * Every event is in the journal, as deliverable, or in held; positions have no gaps either. A run
 * without entries only says how far the journal is, and gives its key to the next one. "Settled up
 * to": how all events up to that sequence have moved their streams is noted.
 *
 * <p>A block is stored once, with the first event that brought it. Sequences have no gaps and
 * nothing is ever removed, so the newest sequence is the number of events, and neither needs a
 * counter. How far the log was on the disk is remembered beside the store, see StoreMark.
 */
package org.kiln.events;
