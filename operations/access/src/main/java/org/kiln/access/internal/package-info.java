/** Publishes access control and its routes. */
package org.kiln.access.internal;
