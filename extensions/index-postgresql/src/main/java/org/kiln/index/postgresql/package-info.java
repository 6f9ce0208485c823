/** An index of documents in a PostgreSQL database. */
package org.kiln.index.postgresql;
