/**
 * Asks other nodes for what is not here, before a read or a write ({@link SyncReads}). Knows {@code
 * publish}, {@code read} and {@code state}; nothing knows it but who wires the room.
 */
package org.kiln.streams.sync;
