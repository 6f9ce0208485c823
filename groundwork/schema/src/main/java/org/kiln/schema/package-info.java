/**
 * JSON Schema behind our own types. Judges content as js-ceramic's validator (Ajv in strict mode)
 * does, in its words, because nodes must agree on what is valid.
 */
@Export
@Version("2.0.0")
package org.kiln.schema;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
