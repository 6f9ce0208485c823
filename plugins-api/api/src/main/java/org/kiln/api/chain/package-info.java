/** What the chains that accounts live on can be asked. */
@Export
@Version("0.9.0")
package org.kiln.api.chain;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
