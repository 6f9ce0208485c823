package org.kiln.core.log;

/**
 * An event of the log.
 *
 * @param sequence its number in the log: grows with every event, never reused; the resume token of
 *     every consumer
 * @param event the event with its blocks
 */
public record StoredEvent(long sequence, NewEvent event) {}
