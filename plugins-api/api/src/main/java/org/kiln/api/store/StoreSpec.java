package org.kiln.api.store;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** What to open. Immutable. */
public final class StoreSpec {
  private final Path directory;
  private final Set<Table> tables;
  private final Map<String, String> settings;
  private final long syncedTo;

  private StoreSpec(
      Path directory, Set<Table> tables, Map<String, String> settings, long syncedTo) {
    this.directory = directory;
    this.tables = Set.copyOf(tables);
    this.settings = Map.copyOf(settings);
    this.syncedTo = syncedTo;
  }

  /** Of a store of which nothing is known. */
  public static StoreSpec of(Path directory, Set<Table> tables, Map<String, String> settings) {
    return new StoreSpec(directory, tables, settings, 0);
  }

  /** The same, of a store that once answered so much. */
  public StoreSpec withSyncedTo(long position) {
    return new StoreSpec(directory, tables, settings, position);
  }

  /** A directory of the store's own; the backend may do without it. */
  public Path directory() {
    return directory;
  }

  /** Every table that will be used. */
  public Set<Table> tables() {
    return tables;
  }

  /** The backend's own settings, documented by it. */
  public Map<String, String> settings() {
    return settings;
  }

  /**
   * What {@link Store#syncedTo} of this very store answered once: a store that ends before that has
   * lost something, and must be refused, not opened or cut down; 0 when nothing is known.
   */
  public long syncedTo() {
    return syncedTo;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoreSpec that
        && directory.equals(that.directory)
        && tables.equals(that.tables)
        && settings.equals(that.settings)
        && syncedTo == that.syncedTo;
  }

  @Override
  public int hashCode() {
    return directory.hashCode();
  }

  @Override
  public String toString() {
    return "StoreSpec[" + directory + "]";
  }
}
