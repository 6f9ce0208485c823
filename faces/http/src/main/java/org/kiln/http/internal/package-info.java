/** Publishes the gateway. */
package org.kiln.http.internal;
