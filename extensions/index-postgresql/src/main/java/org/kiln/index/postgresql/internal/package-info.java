/** The service. */
package org.kiln.index.postgresql.internal;
