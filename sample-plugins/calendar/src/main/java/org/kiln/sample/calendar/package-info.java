/**
 * An anchoring chain without a blockchain: {@code calendar:file}, a calendar of Merkle roots in the
 * manner of OpenTimestamps, kept in a file.
 *
 * <p>Every entry carries a seal:
 *
 * <pre>
 * seal = sha2-256(seal before (32; zeros at first) ‖ unix seconds (8, big-endian) ‖ root CID)
 * </pre>
 *
 * <p>so nobody can change, add or take out an earlier entry without changing every seal after it.
 * Whoever publishes the newest seal now and then, in a newspaper or on a chain, has dated all that
 * came before. A proof names its entry by the seal; it is checked against a copy of the file. A
 * node whose copy does not have the entry yet says "unknown", never "invalid".
 */
package org.kiln.sample.calendar;
