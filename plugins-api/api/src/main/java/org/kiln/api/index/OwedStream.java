package org.kiln.api.index;

import org.kiln.api.stream.StreamId;

/**
 * A stream whose state could not be read.
 *
 * @param stream the stream
 * @param created as in {@link IndexedDocument#created}
 */
public record OwedStream(StreamId stream, long created) {}
