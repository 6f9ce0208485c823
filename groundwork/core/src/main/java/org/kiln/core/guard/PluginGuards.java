package org.kiln.core.guard;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.kiln.api.plugin.Deadline;
import org.osgi.framework.Bundle;

/**
 * Stands between the node and the code of installed plugins. What ships with the node is called
 * directly; what an operator has installed runs on platform threads of its own, so many for each
 * plugin and no more, and whoever calls it gets an answer when the time is over, whatever the
 * plugin does. A virtual thread could not be kept from a plugin that spins: it would have its
 * carrier for good, and with that all of the node. Thread-safe.
 */
public interface PluginGuards {

  /**
   * What the node calls instead of a service: the service itself when its bundle ships with the
   * node, else one behind the plugin's guard. Constants of the interface, such as a type's code,
   * are read here, once.
   *
   * @param spi the interface, one of those that plugins implement
   * @param properties of the service
   * @throws PluginUnavailableException when the plugin does not even name its constants in time
   */
  <T> Guarded<T> guard(Class<T> spi, T service, Map<String, ?> properties)
      throws PluginUnavailableException;

  /** Whether a service with these properties comes from a bundle that ships with the node. */
  boolean shipped(Map<String, ?> properties);

  /**
   * Runs other code of a bundle, such as what makes or describes its services; directly when the
   * bundle ships with the node.
   *
   * @param what for the log, for example {@code "ids of a protocol"}
   * @throws PluginUnavailableException when it threw anything or did not come back
   */
  <T> T call(Bundle bundle, String what, Deadline deadline, Supplier<T> work)
      throws PluginUnavailableException;

  /** How the calls of a plugin stand; empty for one that has never been called. */
  Optional<PluginCalls> calls(Bundle bundle);

  /** A service on the node's side of the guard. */
  interface Guarded<T> {
    /** The service to call. */
    T service();

    /**
     * Its bundle wants it back. Calls under way have a moment to end; then who still waits for one
     * is told that the plugin has gone, so that nothing waits for a call that never ends.
     */
    void leave();

    /**
     * Whether no call of it is under way, those included that nobody waits for any more. A service
     * that ships with the node is quiet whenever its callers have come back.
     */
    boolean quiet();
  }
}
