/** What the node knows of itself: version, network, counters. */
@Export
@Version("1.0.0")
package org.kiln.core.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
