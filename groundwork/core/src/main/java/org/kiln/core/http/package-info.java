/** What faces say to the HTTP gateway besides their routes. */
@Export
@Version("1.0.0")
package org.kiln.core.http;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
