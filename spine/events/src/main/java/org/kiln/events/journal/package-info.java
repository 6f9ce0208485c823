/**
 * What happened, in an order that outlives restarts: which events have become deliverable, and what
 * moved which stream; and the feed that is read from it.
 *
 * <pre>
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
 * log-meta     "journal" → "KILNJRNL" ‖ its id (8) ‖ number (8) and ids (8 each) of former ones ‖ CRC32C (4)
 * </pre>
 *
 * Every event is in the journal, as deliverable, or in held; positions have no gaps either. A run
 * without entries only says how far the journal is, and gives its key to the next one. "Settled up
 * to": how all events up to that sequence have moved their streams is noted.
 */
package org.kiln.events.journal;
