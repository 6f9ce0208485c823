/** Publishes the routes. */
package org.kiln.http.v0.internal;
