/**
 * IPLD values: content identifiers, blocks, multibase text and the data model.
 *
 * <p>All types are immutable and safe for use by many threads. Byte arrays are copied at the
 * border.
 */
@Export
@Version("0.9.0")
package org.kiln.api.ipld;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
