/** Network protocols that attach to the node's peer connections. */
@Export
@Version("1.0.0")
package org.kiln.api.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
