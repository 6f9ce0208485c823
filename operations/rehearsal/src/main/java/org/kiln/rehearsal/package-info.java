/** Plays sessions of clients after the start, so that the first real ones find compiled code. */
package org.kiln.rehearsal;
