/** QUIC: the libp2p handshake in TLS 1.3, and streams that need no multiplexer of ours. */
package org.kiln.libp2p.quic;
