package org.kiln.core.stream;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamState;
import org.kiln.core.log.StoredEvent;

/** What streams were, and the events that made them so. Thread-safe; calls block. */
public interface StreamHistory {

  /**
   * Loads several points of one stream's history as {@link StreamReads#load} does each, but in one
   * walk over its events. What cannot be loaded is left out.
   *
   * @param options how to load; {@code atTime} does not count
   * @param found is told each state on the caller's thread, in no particular order
   */
  void loadEach(StreamId stream, List<Point> points, LoadOptions options, Found found);

  /**
   * A point of a stream's history: right after an event; else as of a time; else now.
   *
   * @param event an event of the stream
   * @param atTime unix seconds: as of the last time event not after it
   */
  record Point(Optional<Cid> event, OptionalLong atTime) {}

  /** Takes the states of {@link #loadEach}. */
  interface Found {
    /** Whether anybody wants more; asked between any two events, so that a walk can be ended. */
    boolean wanted();

    /**
     * The state of one point; may block.
     *
     * @param index of the point in the list
     */
    void state(int index, StreamState state);
  }

  /**
   * The events of a stream's canonical log with their blocks, init event first. Each is read when
   * it is asked for, with the few that lie behind it in the store, and forgotten once it was handed
   * out. The list is for one thread.
   *
   * @throws StreamException when the stream is unknown or cannot be derived now
   */
  List<StoredEvent> events(StreamId stream, Deadline deadline) throws StreamException;
}
