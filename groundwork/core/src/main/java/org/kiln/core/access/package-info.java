/** Who may call what is not for everyone, and the record of what was changed. */
@Export
@Version("1.0.0")
package org.kiln.core.access;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
