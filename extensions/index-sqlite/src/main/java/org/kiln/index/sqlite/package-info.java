/** An index of documents in one SQLite file. */
package org.kiln.index.sqlite;
