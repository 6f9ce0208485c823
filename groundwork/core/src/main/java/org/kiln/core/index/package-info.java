/** What the node's index of documents offers to faces. */
@Export
@Version("0.1.0")
package org.kiln.core.index;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
