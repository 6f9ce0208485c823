/**
 * Who waits for what is missing, over restarts, and when it is asked for again ({@link Waiting}).
 * Knows no other package.
 */
package org.kiln.streams.waiting;
