/** Queries put into SQL, behind the dialect of a database: packed into each bundle that uses it. */
package org.kiln.kit.index.query;
