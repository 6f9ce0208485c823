/** Brings one store's content into another: all of it, or what can still be read. */
package org.kiln.events.copy;
