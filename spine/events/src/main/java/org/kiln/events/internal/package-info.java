/** The OSGi side of the event log. */
package org.kiln.events.internal;
