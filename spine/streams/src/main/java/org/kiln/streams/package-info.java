/**
 * The spine: the one door for events, their order and consensus, and the states derived from them.
 *
 * <p>The event log is the truth. A state is what replaying a stream's events gives; it is kept in
 * memory while it is used, and as a checkpoint in the store so that a cold read costs one lookup.
 *
 * <p>This package wires the others together ({@link org.kiln.streams.Streams}); none of them knows
 * it.
 */
package org.kiln.streams;
