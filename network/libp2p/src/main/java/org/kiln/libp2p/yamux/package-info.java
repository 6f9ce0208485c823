/** The yamux stream multiplexer. */
package org.kiln.libp2p.yamux;
