package org.kiln.core.node;

/** Ends the process the node runs in. Published by whatever started the node. Thread-safe. */
public interface NodeControl {
  /**
   * Begins to shut the node down and comes back at once, so that an answer can still be sent.
   *
   * @param force without waiting for what is in flight; the process exits with code 1, else with 0
   */
  void shutdown(boolean force);
}
