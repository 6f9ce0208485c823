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
 */
public record StoreSpec(Path directory, Set<Table> tables, Map<String, String> settings) {}
