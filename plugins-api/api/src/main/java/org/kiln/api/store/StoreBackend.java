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

  /**
   * Looks at all of a closed store, and changes nothing. Finds nothing by default.
   *
   * @throws StoreException IO when the files cannot be listed
   */
  default void check(StoreSpec spec, StoreCheck listener) throws StoreException {
    // a backend that cannot look says nothing
  }

  /**
   * Hands out the values of a closed store that can still be read, though it cannot be opened any
   * more, and changes nothing. By default those of all tables of a store that can be opened.
   */
  default void salvage(StoreSpec spec, StoreSalvage into) throws StoreException {
    try (Store store = open(spec.withSyncedTo(0))) {
      for (Table table : spec.tables()) {
        try {
          store.read(
              snapshot -> {
                try (Cursor cursor = snapshot.range(table, null, null, false)) {
                  while (cursor.next()) {
                    into.value(cursor.value());
                  }
                }
                return null;
              });
        } catch (StoreException e) {
          into.lost("Table " + table.name() + ": " + e.getMessage());
        }
      }
    }
  }
}
