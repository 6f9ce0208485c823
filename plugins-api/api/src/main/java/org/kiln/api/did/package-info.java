/** Accounts: DID methods, signature algorithms and capability signatures as plugins. */
@Export
@Version("0.9.0")
package org.kiln.api.did;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
