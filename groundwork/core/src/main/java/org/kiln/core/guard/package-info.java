/**
 * Between the node and the code of installed plugins: bounded threads, a hard end to every call.
 */
@Export
@Version("1.1.0")
package org.kiln.core.guard;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
