/**
 * The command {@code kiln}: reads the settings, starts the framework with the bundles of the lock
 * list, says when the node is ready, and stops it.
 */
package org.kiln.launcher;
