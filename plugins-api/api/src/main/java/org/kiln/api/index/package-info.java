/**
 * Keeping an index of documents: rows derived from the states of streams, and what is asked of
 * them. Nothing here is the truth; all of it can be derived anew from the event log.
 */
@Export
@Version("0.9.1")
package org.kiln.api.index;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
