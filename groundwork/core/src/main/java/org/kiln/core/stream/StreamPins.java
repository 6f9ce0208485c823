package org.kiln.core.stream;

import java.util.function.Predicate;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;

/** Which streams are pinned. Thread-safe; calls block. */
public interface StreamPins {

  /**
   * Pins a stream, loading it if need be, and its model.
   *
   * @throws StreamException when the stream is unknown
   */
  void pin(StreamId stream, Deadline deadline) throws StreamException;

  /**
   * Unpins a stream; does nothing when it is not pinned.
   *
   * @param publish whether to announce its tip to peers once more, if it is known here
   */
  void unpin(StreamId stream, boolean publish, Deadline deadline) throws StreamException;

  /** Whether a stream is pinned. */
  boolean pinned(StreamId stream);

  /** Walks the pinned streams; the sink answers whether to go on. */
  void scanPins(Predicate<StreamId> sink);
}
