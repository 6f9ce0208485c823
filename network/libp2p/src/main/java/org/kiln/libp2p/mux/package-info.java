/** What stream multiplexers share: streams with back-pressure, the way out of a connection. */
package org.kiln.libp2p.mux;
