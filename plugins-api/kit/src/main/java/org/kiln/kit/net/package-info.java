/** Reads and writes multiaddrs of the protocols that are known. */
package org.kiln.kit.net;
