/** Connections: dialling, accepting, upgrading, limits, and the protocols on top. */
package org.kiln.libp2p.host;
