package org.kiln.core.stream;

import org.kiln.api.stream.StreamId;
import org.kiln.ipld.event.DecodedEvent;

/**
 * An event and the stream it belongs to.
 *
 * @param stream the stream
 * @param event the event with its blocks
 */
public record StreamEvent(StreamId stream, DecodedEvent event) {}
