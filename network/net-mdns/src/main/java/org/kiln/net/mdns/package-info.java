/** Multicast DNS as libp2p uses it: who else is on the local network. */
package org.kiln.net.mdns;
