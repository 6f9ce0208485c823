/** What every plugin shares: deadlines, health, and the manifest namespace. */
@Export
@Version("0.9.0")
package org.kiln.api.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
