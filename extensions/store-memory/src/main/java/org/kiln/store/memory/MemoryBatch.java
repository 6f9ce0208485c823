package org.kiln.store.memory;

import java.util.HashMap;
import java.util.Map;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Table;

/** Changes on trees of its own, which replace the store's at the end. */
final class MemoryBatch extends MemorySnapshot implements Batch {
  private static final int MAX_KEY_BYTES = 512;
  private static final int MAX_VALUE_BYTES = 8 << 20;

  MemoryBatch(Map<Table, SortedTree> trees) {
    super(new HashMap<>(trees));
  }

  @Override
  public void put(Table table, byte[] key, byte[] value) {
    if (key.length == 0 || key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("A key of " + key.length + " bytes; 1 to 512 are allowed");
    }
    if (value.length > MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "A value of " + value.length + " bytes; at most 8 MiB are allowed");
    }
    trees.put(table, tree(table).put(key, value));
  }

  @Override
  public void delete(Table table, byte[] key) {
    trees.put(table, tree(table).delete(key));
  }
}
