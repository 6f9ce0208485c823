/**
 * Codecs of the IPLD blocks and texts that Ceramic uses: strict DAG-CBOR, DAG-JSON, DAG-JOSE and
 * CAR.
 */
@Export
@Version("1.0.0")
package org.kiln.ipld;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
