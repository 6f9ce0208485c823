package org.kiln.core.stream;

import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.ipld.event.DecodedEvent;

/**
 * The door for clients' events. It is <em>strict</em>: what does not apply is refused, and nothing
 * of it is kept. Thread-safe; calls block until the event is on the disk.
 */
public interface StreamWrites {

  /**
   * Creates a stream from a client's init event, or finds it when it is there already, here or, as
   * the options say, on other nodes. A stream that has but its init event afterwards is pinned or
   * not as the options say, whether it was there before or not.
   *
   * @param type the stream type the client names
   * @throws StreamException with the reason it is refused
   */
  Written create(int type, DecodedEvent init, WriteOptions options) throws StreamException;

  /**
   * Applies a client's event; it must build on the tip. Other nodes are asked for that when they
   * were not yet since the start, whatever the options say, and for what a time event's proof
   * lacks.
   *
   * @throws StreamException with the reason it is refused
   */
  Written apply(StreamId stream, DecodedEvent event, WriteOptions options) throws StreamException;

  /**
   * What became of a write.
   *
   * @param state the stream's state afterwards
   * @param changed whether the write changed anything; false when the event was known
   */
  record Written(StreamState state, boolean changed) {}
}
