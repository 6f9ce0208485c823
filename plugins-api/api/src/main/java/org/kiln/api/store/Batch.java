package org.kiln.api.store;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Changes that become visible and durable together. Reads see the changes made so far. Close a
 * cursor before changing its table.
 */
@ConsumerType
public interface Batch extends Snapshot {

  /** Puts or replaces. Nobody changes the arrays afterwards: the store may keep them. */
  void put(Table table, byte[] key, byte[] value);

  /** Removes; does nothing when there is no such key. */
  void delete(Table table, byte[] key);
}
