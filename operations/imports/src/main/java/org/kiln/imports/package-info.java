/** Takes over what another node has kept. Start reading at {@link org.kiln.imports.OneImport}. */
package org.kiln.imports;
