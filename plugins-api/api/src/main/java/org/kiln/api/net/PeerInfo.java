package org.kiln.api.net;

import java.util.Set;

/**
 * A connected peer.
 *
 * @param peerId its peer id, base58btc text
 * @param agent its agent version, empty when unknown
 * @param protocols ids of the protocols it speaks
 */
public record PeerInfo(String peerId, String agent, Set<String> protocols) {}
