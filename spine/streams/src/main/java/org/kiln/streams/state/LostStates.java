package org.kiln.streams.state;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.kiln.api.stream.StreamId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * States in the store that cannot be read, though their streams can be derived from the log: each
 * is told once, counted, and to be written again. Thread-safe.
 */
final class LostStates {
  private static final Logger LOG = LoggerFactory.getLogger(LostStates.class);

  /** More are counted and derived all the same, but neither told nor written again. */
  private static final int MAX_REMEMBERED = 10_000;

  private final Set<StreamId> lost = ConcurrentHashMap.newKeySet();
  private final LongAdder met = new LongAdder();

  /** The state of a stream was asked for and cannot be read. */
  void found(StreamId stream, Exception why) {
    met.increment();
    if (remember(stream)) {
      LOG.warn("State of stream {} is derived anew, it cannot be read: {}", stream, text(why));
    }
  }

  /** The state of a stream is of another version, which is no damage. */
  void outdated(StreamId stream) {
    remember(stream);
  }

  /** The store does not take a state: what it has in that place is damaged. */
  void refused(StreamId stream, Exception why) {
    if (remember(stream)) {
      LOG.warn("State of stream {} cannot be kept, it stays derivable: {}", stream, text(why));
    }
  }

  private boolean remember(StreamId stream) {
    return lost.size() < MAX_REMEMBERED && lost.add(stream);
  }

  private static String text(Exception why) {
    return why.getMessage() == null ? why.toString() : why.getMessage();
  }

  boolean contains(StreamId stream) {
    return lost.contains(stream);
  }

  /** The store has a good one again. */
  void written(StreamId stream) {
    lost.remove(stream);
  }

  /** How often one could not be read since the start. */
  long met() {
    return met.sum();
  }
}
