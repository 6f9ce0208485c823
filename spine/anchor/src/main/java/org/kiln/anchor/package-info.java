/**
 * Anchoring. Requests wait in a durable queue, one for each stream; batches of them become the
 * leaves of a Merkle tree; the tree's root goes into a transaction; the proof that it is there and
 * the path through the tree become a time event for each request.
 */
package org.kiln.anchor;
