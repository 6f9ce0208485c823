package org.kiln.core.stream;

import java.util.Optional;
import org.kiln.api.stream.StreamRef;
import org.kiln.api.stream.StreamState;

/**
 * States of streams for who asks. Whoever hears of a change from the {@linkplain
 * org.kiln.api.feed.Feed feed} reads a state here that is at least as new. The anchor status of a
 * tip is what the anchor service says when its state is read. Thread-safe; calls block.
 */
public interface StreamReads {

  /**
   * What {@link #load} answers if it need not wait for anything, which is nearly always so; empty
   * otherwise, whatever the reason.
   */
  default Optional<StreamState> atHand(StreamRef ref, LoadOptions options) {
    return Optional.empty();
  }

  /**
   * The state of a stream: as it is now, at one event, or as of a time.
   *
   * @throws StreamException when the stream is unknown or cannot be derived now
   */
  StreamState load(StreamRef ref, LoadOptions options) throws StreamException;
}
