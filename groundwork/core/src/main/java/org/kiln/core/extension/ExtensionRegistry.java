package org.kiln.core.extension;

import java.util.Set;
import org.kiln.api.plugin.Deadline;
import org.kiln.core.lending.Lease;

/**
 * Lends out extensions. Nobody else in the node holds a plugin's service object: whoever needs one
 * asks for a lease, uses it, and gives it back at once. That is what lets a plugin be swapped while
 * requests are served: the registry waits for the leases to come back before it lets the old one
 * go, and callers wait for the new one. Thread-safe.
 */
public interface ExtensionRegistry {

  /**
   * Lends the extension of that kind and key.
   *
   * @param spi the service interface, for example {@code StreamType.class}
   * @param key the value of its key property as text, for example {@code 0} or {@code did-key}'s
   *     {@code key}
   * @param deadline how long to wait at most for one that is being swapped
   * @throws ExtensionMissingException when there is none
   */
  <T> Lease<T> acquire(Class<T> spi, String key, Deadline deadline)
      throws ExtensionMissingException;

  /** The keys of that kind that can be had now, sorted. */
  Set<String> keys(Class<?> spi);

  /**
   * Calls back after an extension of that kind has come or gone, on a thread of the registry.
   *
   * @return closes the subscription
   */
  AutoCloseable onChange(Class<?> spi, ChangeListener listener);

  /** Hears of changes. */
  @FunctionalInterface
  interface ChangeListener {
    /** The extension of that key has come, was replaced, or has gone. */
    void changed(String key, boolean present);
  }
}
