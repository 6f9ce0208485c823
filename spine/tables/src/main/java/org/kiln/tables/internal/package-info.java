/** Publishes the tables. */
package org.kiln.tables.internal;
