/** Rows and statements of an index of documents: packed into each bundle that uses them. */
package org.kiln.kit.index.sql;
