/**
 * Kademlia ({@code /ipfs/kad/1.0.0} and, among the peers of a local network, {@code
 * /ipfs/lan/kad/1.0.0}): finds peers by their ids and providers by what they provide, and as a
 * server answers such questions of others. No values are stored.
 */
package org.kiln.net.kad;
