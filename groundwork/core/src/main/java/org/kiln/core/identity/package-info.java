/** Contracts of signature and capability checks. */
@Export
@Version("1.0.0")
package org.kiln.core.identity;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
