/**
 * Recon: keys held in common with other nodes, compared by the hashes of their ranges. {@link
 * org.kiln.net.recon.Recon} is the protocol, start there.
 */
package org.kiln.net.recon;
