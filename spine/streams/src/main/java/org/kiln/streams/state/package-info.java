/**
 * A state as this room keeps it: in memory ({@link StreamCache}), in the store ({@link
 * Checkpoints}), and its form there. Knows no other package.
 */
package org.kiln.streams.state;
