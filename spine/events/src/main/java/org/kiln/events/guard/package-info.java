/** A store that has lost what was known to be on the disk is not opened. */
package org.kiln.events.guard;
