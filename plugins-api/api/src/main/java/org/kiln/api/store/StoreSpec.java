package org.kiln.api.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * What to open.
 *
 * @param directory a directory of the store's own; the backend may do without it
 * @param tables every table that will be used
 * @param settings the backend's own settings, documented by it
 * @param syncedTo what {@link Store#syncedTo} of this very store answered once: a store that ends
 *     before that has lost something, and must be refused, not opened or cut down; 0 when nothing
 *     is known
 */
public record StoreSpec(
    Path directory, Set<Table> tables, Map<String, String> settings, long syncedTo) {

  /** Of a store of which nothing is known. */
  public StoreSpec(Path directory, Set<Table> tables, Map<String, String> settings) {
    this(directory, tables, settings, 0);
  }
}
