/** HTTP routes that attach to the node's gateway, without servlet types. */
@Export
@Version("0.9.1")
package org.kiln.api.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
