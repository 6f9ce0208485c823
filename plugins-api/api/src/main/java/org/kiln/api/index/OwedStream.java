package org.kiln.api.index;

import org.kiln.api.stream.StreamId;

/**
 * A stream whose state could not be read, or whose row was refused.
 *
 * @param stream the stream
 * @param created as in {@link IndexedDocument#created}
 * @param tried how often it was tried again
 */
public record OwedStream(StreamId stream, long created, int tried) {

  /** The same after one more try in vain. */
  public OwedStream triedAgain() {
    return new OwedStream(stream, created, tried + 1);
  }
}
