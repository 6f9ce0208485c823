/** Which of two histories of a stream is canonical: pure rules, no state, no clock. */
@Export
@Version("1.0.0")
package org.kiln.core.consensus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
