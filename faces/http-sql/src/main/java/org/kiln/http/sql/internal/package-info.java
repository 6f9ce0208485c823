/** Publishes the routes. */
package org.kiln.http.sql.internal;
