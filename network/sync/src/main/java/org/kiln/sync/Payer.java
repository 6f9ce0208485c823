package org.kiln.sync;

import org.kiln.api.net.PeerId;

/**
 * Who pays for a message: a peer for its own ones, or for those of others that it hands on. An
 * identity that only signs pays for nothing, since anybody makes as many of them as he likes.
 *
 * @param peer the peer
 * @param own whether the messages are its own, which its connection or what came of its earlier
 *     ones proves
 */
record Payer(PeerId peer, boolean own) {}
