/**
 * Storage backends: an ordered, transactional key/value store that the node's event log is built
 * on.
 */
@Export
@Version("0.9.0")
package org.kiln.api.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
