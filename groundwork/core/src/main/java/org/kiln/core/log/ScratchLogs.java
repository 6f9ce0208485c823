package org.kiln.core.log;

/**
 * Event logs that hold nothing of the node's own: on the same kind of store, in a directory that
 * goes with them. For running code through before it is needed. Thread-safe.
 */
public interface ScratchLogs {
  /** What somebody does with one. */
  @FunctionalInterface
  interface Use {
    /** Does it; all of these are over one empty store. */
    void with(EventLog log, NodeStore store, Journal journal);
  }

  /**
   * Lets the caller use an empty log, its journal and the store under it, which are gone when it
   * comes back. One caller at a time; others wait.
   *
   * @throws org.kiln.api.store.StoreException when the store cannot be opened
   */
  void use(Use use);
}
