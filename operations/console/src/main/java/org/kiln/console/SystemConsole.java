package org.kiln.console;

import java.util.Optional;

/** The engineers' console, which is started when somebody asks for it. Thread-safe. */
public interface SystemConsole {
  /** Where it is; empty when it does not ship with this node. */
  Optional<String> address();

  /**
   * Starts it unless it runs.
   *
   * @return whether it runs
   */
  boolean start();
}
