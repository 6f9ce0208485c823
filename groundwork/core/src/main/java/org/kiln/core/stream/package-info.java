/** Contracts of the stream service: the only door for events, and the way to read states. */
@Export
@Version("1.0.0")
package org.kiln.core.stream;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
