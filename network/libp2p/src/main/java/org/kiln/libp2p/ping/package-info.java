/** The ping protocol. */
package org.kiln.libp2p.ping;
