package org.kiln.events.journal;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.kiln.api.feed.Origin;
import org.kiln.api.feed.StreamChange;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.core.log.Journal;

/**
 * One thing that happened: an event has become deliverable, a stream has another tip, or both at
 * once.
 *
 * @param stream the stream
 * @param event the event that is deliverable, or the tip, or both
 * @param sequence the number of the event that is deliverable; 0 when none became so
 * @param moves how it moves its stream, if it does
 * @param origin where it came from
 */
public record JournalEntry(
    StreamId stream, Cid event, long sequence, Optional<StreamChange.Kind> moves, Origin origin) {

  /** Longer than any peer id in text form. */
  static final int MAX_PEER_BYTES = 255;

  /** Checks that it says something, and can be written. */
  public JournalEntry {
    if (sequence < 0 || sequence == 0 && moves.isEmpty()) {
      throw new IllegalArgumentException("An entry of the journal that says nothing");
    }
    if (peer(origin).length > MAX_PEER_BYTES) {
      throw new IllegalArgumentException(
          "A peer id of " + peer(origin).length + " bytes; at most " + MAX_PEER_BYTES + " fit");
    }
  }

  static JournalEntry of(Journal.Move move) {
    return new JournalEntry(move.stream(), move.tip(), 0, Optional.of(move.kind()), move.origin());
  }

  boolean delivered() {
    return sequence > 0;
  }

  /** Without its move. */
  JournalEntry delivery() {
    return new JournalEntry(stream, event, sequence, Optional.empty(), origin);
  }

  /** Of an origin that is no peer: none. */
  static byte[] peer(Origin origin) {
    return origin instanceof Origin.Peer peer
        ? peer.peer().getBytes(StandardCharsets.UTF_8)
        : new byte[0];
  }
}
