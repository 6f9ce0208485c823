/** Publishes the face. */
package org.kiln.flight.sql.internal;
