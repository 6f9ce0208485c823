package org.kiln.store.xodus;

import java.util.Map;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.Transaction;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Table;

/** One transaction's view. */
class XodusSnapshot implements Snapshot {
  final Transaction transaction;
  private final Map<Table, Store> stores;

  XodusSnapshot(Transaction transaction, Map<Table, Store> stores) {
    this.transaction = transaction;
    this.stores = stores;
  }

  @Override
  public byte[] get(Table table, byte[] key) {
    ByteIterable value = store(table).get(transaction, KeyCode.key(key));
    return value == null ? null : XodusCursor.bytes(value);
  }

  @Override
  public Cursor range(Table table, byte[] from, byte[] to, boolean reverse) {
    return new XodusCursor(store(table).openCursor(transaction), from, to, reverse);
  }

  final Store store(Table table) {
    Store store = stores.get(table);
    if (store == null) {
      throw new IllegalArgumentException(
          "Table " + table.name() + " was not named when the store was opened");
    }
    return store;
  }
}
