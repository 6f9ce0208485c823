/**
 * A chain without a chain, {@code inmemory:12345}: for networks that live in memory and on one's
 * own machine, where nobody need be convinced.
 *
 * <p>A "transaction" is nothing but its hash, and the hash says all there is to check:
 *
 * <pre>
 * unix seconds (8, big-endian) | first 24 bytes of sha2-256("kiln " ‖ chain id ‖ seconds (8) ‖ root)
 * </pre>
 *
 * <p>So a proof is verified by computing the hash again from the proof itself. It needs no ledger
 * and no memory, holds after a restart and a rebuild, and every node of the network comes to the
 * same verdict and the same time, whoever made it:
 *
 * <ul>
 *   <li>the hash fits the root: valid, at the time in it;
 *   <li>that time lies further in the future than clocks differ: unknown until it has come;
 *   <li>the hash does not fit: invalid. That includes the proofs of js-ceramic's in-memory service,
 *       whose hashes are random bytes that only the process that made them can recognise.
 * </ul>
 *
 * <p>Anybody can make such a proof for any time in the past. That is the price of having no chain,
 * and the reason to use one where it matters.
 */
package org.kiln.anchor.inmemory;
