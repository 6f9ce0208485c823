/** Streams as plugins see them: identifiers, events, states and the stream type SPI. */
@Export
@Version("0.9.2")
package org.kiln.api.stream;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
