package org.kiln.core.index;

import org.kiln.api.stream.StreamId;

/**
 * Which models' documents this node wants, whoever makes them. A service, there while an index is.
 * Thread-safe; never blocks.
 */
@FunctionalInterface
public interface IndexedModels {

  /** Whether documents of a model are indexed; no as well while that is not known yet. */
  boolean indexes(StreamId model);
}
