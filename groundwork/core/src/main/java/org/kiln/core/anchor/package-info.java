/** Contracts between the stream service and the anchor service. */
@Export
@Version("1.0.0")
package org.kiln.core.anchor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
