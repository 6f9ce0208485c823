/** The wire form of protobuf, read under a budget and written by hand: no generated code. */
@Export
@Version("1.0.0")
package org.kiln.core.protobuf;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
