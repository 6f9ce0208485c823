/**
 * Bitswap 1.2: gives blocks of the event log to peers that ask, and gets blocks from them.
 *
 * <p>Messages flow in both directions on streams that their sender opened; an answer is a message
 * like any other. A block comes without its CID: the receiver hashes it and takes it when it has
 * asked that peer for that CID.
 */
package org.kiln.net.bitswap;
