package org.kiln.core.stream;

import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.AnchorStatus;
import org.kiln.api.stream.StreamId;

/** Wishes for time events, by stream. Thread-safe; calls block. */
public interface StreamAnchors {

  /**
   * Asks for a time event on the tip; does nothing when the tip has one.
   *
   * @throws StreamException when the stream is unknown
   */
  AnchorStatus requestAnchor(StreamId stream, Deadline deadline) throws StreamException;
}
