/** Following the node's feed from inside. */
@Export
@Version("1.0.0")
package org.kiln.core.feed;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
