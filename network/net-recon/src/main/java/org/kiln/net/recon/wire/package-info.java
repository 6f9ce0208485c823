/** Recon's messages and their bytes. */
package org.kiln.net.recon.wire;
