/** Publishes the stream type as a service. */
package org.kiln.type.model.internal;
