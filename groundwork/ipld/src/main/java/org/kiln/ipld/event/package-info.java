/** Ceramic events as blocks: decoding, signed envelopes, and their packaging in CARs. */
@Export
@Version("1.0.0")
package org.kiln.ipld.event;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
