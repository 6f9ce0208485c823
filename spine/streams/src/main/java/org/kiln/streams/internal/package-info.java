/** The OSGi side of the stream service. */
package org.kiln.streams.internal;
