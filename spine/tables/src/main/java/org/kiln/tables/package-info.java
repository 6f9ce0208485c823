/** Events and their states as tables of SQL: kept from the feed, answered read-only. */
package org.kiln.tables;
