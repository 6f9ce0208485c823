package org.kiln.anchor;

import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.TimeEventWrites;

/**
 * What this room uses of the streams it anchors.
 *
 * @param reads their states
 * @param writes takes their time events
 * @param anchors asks for one on a newer tip
 */
public record AnchoredStreams(StreamReads reads, TimeEventWrites writes, StreamAnchors anchors) {

  /** All of one service. */
  public static <S extends StreamReads & TimeEventWrites & StreamAnchors> AnchoredStreams of(
      S service) {
    return new AnchoredStreams(service, service, service);
  }
}
