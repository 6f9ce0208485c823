package org.kiln.api.stream;

import java.util.Optional;
import org.kiln.api.ipld.Cid;

/**
 * What a reader may ask for: a stream, or a stream at one event.
 *
 * @param stream the stream
 * @param event the event, empty for the stream as it is now
 */
public record StreamRef(StreamId stream, Optional<Cid> event) {

  /**
   * Parses a StreamID or a CommitID in any of their text forms.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static StreamRef parse(String text) {
    return StreamRefs.parse(text);
  }

  /**
   * Reads a StreamID or a CommitID.
   *
   * @throws IllegalArgumentException when the bytes are neither
   */
  public static StreamRef of(byte[] source) {
    return StreamRefs.read(source);
  }

  /** The CommitID, when an event is named. */
  public Optional<CommitId> commit() {
    return event.map(cid -> new CommitId(stream, cid));
  }

  /** The base36 text of the StreamID or CommitID. */
  @Override
  public String toString() {
    return commit().map(CommitId::toString).orElseGet(stream::toString);
  }
}
