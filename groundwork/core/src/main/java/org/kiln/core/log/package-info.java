/** Contracts of the event log, the node's source of truth. */
@Export
@Version("1.0.0")
package org.kiln.core.log;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
