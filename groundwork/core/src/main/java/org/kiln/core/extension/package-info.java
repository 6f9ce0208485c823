/** The registry of extensions: the one place that holds a plugin's service, and lends it out. */
@Export
@Version("1.0.0")
package org.kiln.core.extension;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
