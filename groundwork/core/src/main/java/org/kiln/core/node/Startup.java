package org.kiln.core.node;

import java.util.Optional;

/**
 * Whether the node's start is over. Before that a part may be missing only because it has not come
 * yet: whoever is asked for it says "later", not "there is none". Thread-safe, and costs nothing.
 */
@FunctionalInterface
public interface Startup {
  /** A node that has no start of its own. */
  Startup OVER = Optional::empty;

  /** What is still waited for, in words for a sentence; empty once the start is over, for good. */
  Optional<String> pending();

  /**
   * Work that belongs to the start but is done on a thread of its own. Register one as a service
   * before the node's bundles have started, and withdraw it when the work is done.
   */
  @FunctionalInterface
  interface Task {
    /** What is being done, in words that follow "waits for". */
    String name();
  }
}
