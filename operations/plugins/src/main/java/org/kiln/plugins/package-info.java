/**
 * Plugins at run time: a jar is checked before anything is touched, swapped in while callers wait,
 * watched until it is well, and taken back by itself when it is not.
 */
package org.kiln.plugins;
