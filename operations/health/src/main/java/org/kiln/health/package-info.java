/** Tells operators and their tools how the node does: readiness, liveness and numbers. */
package org.kiln.health;
