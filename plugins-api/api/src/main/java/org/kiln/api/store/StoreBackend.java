package org.kiln.api.store;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A way to keep data: opens {@link Store}s. Register it as a service with the property {@value
 * #BACKEND_PROPERTY}. The node opens one store at start and closes it at stop; backends are not
 * swapped while a store is open.
 */
@ConsumerType
public interface StoreBackend {
  /** Name of the service property that carries the backend's id. */
  String BACKEND_PROPERTY = "store.backend";

  /** The id used in the configuration, for example {@code xodus}. */
  String id();

  /**
   * Opens the store, creating it when there is none.
   *
   * @throws StoreException LOCKED when another process has it open, CORRUPT when it cannot be read
   */
  Store open(StoreSpec spec) throws StoreException;
}
