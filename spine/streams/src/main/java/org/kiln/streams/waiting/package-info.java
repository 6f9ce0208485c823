/**
 * Who waits for what is missing, over restarts, and when it is asked for again ({@link Waiting}).
 * Knows how a state keeps the name of what is missing.
 */
package org.kiln.streams.waiting;
