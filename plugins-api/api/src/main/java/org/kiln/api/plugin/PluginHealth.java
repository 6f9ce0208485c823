package org.kiln.api.plugin;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Optional service of a plugin: says whether it can do its work. The node asks after an
 * installation or upgrade (the new version is rolled back when it answers DOWN), and for its own
 * readiness. Called on the node's executor, may block until the deadline, must be thread-safe. No
 * answer in time counts as DOWN after an installation, and as DEGRADED for readiness.
 */
@ConsumerType
public interface PluginHealth {
  /** How well. */
  enum Level {
    /** Works. */
    UP,
    /** Works with limits worth an operator's look. */
    DEGRADED,
    /** Does not work. */
    DOWN
  }

  /**
   * The answer.
   *
   * @param level how well
   * @param message a sentence for the operator; may be empty when UP
   */
  record Health(Level level, String message) {}

  /** Checks now. An exception counts as DOWN. */
  Health check(Deadline deadline);
}
