package org.kiln.store.xodus;

import java.util.Map;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.Transaction;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Table;

/** The changes of one transaction, in memory until it is committed. */
final class XodusBatch extends XodusSnapshot implements Batch {
  private static final int MAX_KEY_BYTES = 512;
  private static final int MAX_VALUE_BYTES = 8 << 20;

  XodusBatch(Transaction transaction, Map<Table, Store> stores) {
    super(transaction, stores);
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
    store(table).put(transaction, KeyCode.key(key), new ArrayByteIterable(value));
  }

  @Override
  public void delete(Table table, byte[] key) {
    store(table).delete(transaction, KeyCode.key(key));
  }
}
