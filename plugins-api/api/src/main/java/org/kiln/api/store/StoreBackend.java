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
   * Opens the store, creating it when there is none. What a crash left half written is dropped;
   * nothing else is: files that are damaged, or end before {@link StoreSpec#syncedTo}, stay as they
   * are.
   *
   * @throws StoreException LOCKED when another process has it open, CORRUPT when it cannot be read
   *     or has lost something
   */
  Store open(StoreSpec spec) throws StoreException;
}
