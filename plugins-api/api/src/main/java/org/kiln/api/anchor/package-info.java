/** Anchoring: chains that timestamp Merkle roots, and validators of proofs made on any chain. */
@Export
@Version("0.9.0")
package org.kiln.api.anchor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
