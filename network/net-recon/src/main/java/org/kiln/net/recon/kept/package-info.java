/** What Recon keeps over restarts, beside the events themselves. */
package org.kiln.net.recon.kept;
