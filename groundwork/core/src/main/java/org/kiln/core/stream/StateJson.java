package org.kiln.core.stream;

import org.kiln.api.stream.StreamState;

/**
 * The JSON form of states that js-ceramic's clients read, kept for states that are asked for again.
 * Thread-safe.
 */
@FunctionalInterface
public interface StateJson {
  /** UTF-8 text of the state's object; not to be changed. */
  byte[] json(StreamState state);
}
