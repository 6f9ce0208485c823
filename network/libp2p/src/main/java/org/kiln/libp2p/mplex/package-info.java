/** The mplex stream multiplexer, for old peers. */
package org.kiln.libp2p.mplex;
