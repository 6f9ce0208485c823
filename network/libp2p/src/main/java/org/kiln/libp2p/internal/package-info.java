/** Component that publishes the host. */
package org.kiln.libp2p.internal;
