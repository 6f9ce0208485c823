/** Plays after the node's start, on its own HTTP server. */
package org.kiln.rehearsal.internal;
