package org.kiln.streams.publish;

import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange.Kind;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.LogEntry;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.Journal.Move;

/** How a stream has moved between what was told of it and what it is. */
public final class Moves {
  private Moves() {}

  /**
   * The move to tell of; empty when the tip was told already.
   *
   * @param told the tip that was told last; empty when none was
   */
  static Optional<Move> between(Optional<Cid> told, StreamState now, Origin origin) {
    return told.equals(Optional.of(now.tip()))
        ? Optional.empty()
        : Optional.of(new Move(now.id(), now.tip(), kind(told, now), origin));
  }

  /** An event leads back to the same events wherever it stands: a log that has it has them. */
  private static Kind kind(Optional<Cid> told, StreamState now) {
    if (told.isEmpty()) {
      return Kind.CREATED;
    }
    return now.log().indexOf(told.get()) < 0 ? Kind.REORGANIZED : onwards(now);
  }

  /** How a stream moves when an event is added. */
  public static Kind onwards(StreamState now) {
    return now.log().tip().kind() == LogEntry.Kind.TIME ? Kind.ANCHORED : Kind.UPDATED;
  }
}
