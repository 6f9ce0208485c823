package org.kiln.launcher;

import java.nio.file.Path;

/**
 * A store of the data directory.
 *
 * @param backend for example {@code xodus}
 * @param directory its name below the data directory
 */
record StorePlace(String backend, String directory) {
  /** Where a node's first store lies. */
  static final String FIRST_DIRECTORY = "store";

  /** Where it lies. */
  Path in(Path data) {
    return data.resolve(directory);
  }
}
