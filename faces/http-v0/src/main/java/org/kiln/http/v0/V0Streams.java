package org.kiln.http.v0;

import org.kiln.core.stream.StreamAnchors;
import org.kiln.core.stream.StreamHistory;
import org.kiln.core.stream.StreamPins;
import org.kiln.core.stream.StreamReads;
import org.kiln.core.stream.StreamWrites;

/**
 * What this face uses of the streams it stands before.
 *
 * @param reads states
 * @param history commits, and several points of a stream at once
 * @param writes clients' commits
 * @param anchors wishes for anchors
 * @param pins pinned streams
 */
public record V0Streams(
    StreamReads reads,
    StreamHistory history,
    StreamWrites writes,
    StreamAnchors anchors,
    StreamPins pins) {

  /** All of one service. */
  public static <S extends StreamReads & StreamHistory & StreamWrites & StreamAnchors & StreamPins>
      V0Streams of(S service) {
    return new V0Streams(service, service, service, service, service);
  }

  /** As clients of js-ceramic know them. */
  V0Streams withFinalModels() {
    FinalModels models = new FinalModels(reads, history);
    return new V0Streams(models, models, new V0Writes(writes, models), anchors, pins);
  }
}
