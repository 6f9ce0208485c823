/** What the node's domain asks of the network: blocks by their CIDs, tips of streams. */
@Export
@Version("1.0.0")
package org.kiln.core.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
