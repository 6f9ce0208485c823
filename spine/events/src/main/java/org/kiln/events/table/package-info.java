/**
 * Events and blocks as they lie in the store.
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
 * </pre>
 *
 * A block is stored once, with the first event that brought it.
 */
package org.kiln.events.table;
