/** Looks for damage on the disk, and remembers what was met. */
package org.kiln.events.check;
