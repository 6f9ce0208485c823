/** The one thread that writes: what waits for it, and how an event comes into the tables. */
package org.kiln.events.write;
