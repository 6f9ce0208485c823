/**
 * Protocols that attach to the node's peer connections, and the values they deal in: peer ids,
 * addresses, streams with back-pressure. No type of a network library appears here.
 */
@Export
@Version("0.9.1")
package org.kiln.api.net;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
