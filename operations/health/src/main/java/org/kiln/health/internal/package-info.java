/** Publishes the routes. */
package org.kiln.health.internal;
