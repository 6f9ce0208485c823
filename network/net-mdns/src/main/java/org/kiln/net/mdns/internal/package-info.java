/** Component that listens on the network's interfaces. */
package org.kiln.net.mdns.internal;
