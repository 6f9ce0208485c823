/** Component that attaches the protocol to the node's peer connections. */
package org.kiln.net.recon.internal;
