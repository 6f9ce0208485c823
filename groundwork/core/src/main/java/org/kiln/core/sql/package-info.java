/** SQL over the node's events and their states, between the room that keeps them and its faces. */
@Export
@Version("1.1.0")
package org.kiln.core.sql;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
