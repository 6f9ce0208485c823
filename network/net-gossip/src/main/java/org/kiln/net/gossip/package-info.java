/**
 * gossipsub 1.1: the router and its parts, driven by whoever calls them and by an injected clock,
 * and the protocol that carries them over streams.
 */
package org.kiln.net.gossip;
