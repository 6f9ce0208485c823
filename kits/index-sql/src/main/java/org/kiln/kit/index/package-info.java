/** An index of documents in tables, whatever the database: packed into each bundle that uses it. */
package org.kiln.kit.index;
