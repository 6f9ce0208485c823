package org.kiln.core.log;

import java.util.function.BiConsumer;

/**
 * Event logs that hold nothing of the node's own: on the same kind of store, in a directory that
 * goes with them. For running code through before it is needed. Thread-safe.
 */
public interface ScratchLogs {
  /**
   * Lets the caller use an empty log and the store under it, both of which are gone when it comes
   * back. One caller at a time; others wait.
   *
   * @throws org.kiln.api.store.StoreException when the store cannot be opened
   */
  void use(BiConsumer<EventLog, NodeStore> use);
}
