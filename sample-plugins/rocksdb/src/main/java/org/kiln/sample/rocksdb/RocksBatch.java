package org.kiln.sample.rocksdb;

import java.nio.file.Path;
import java.util.Map;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Table;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatchWithIndex;

/** Changes that are written together, and seen by their author before. */
final class RocksBatch extends RocksSnapshot implements Batch {
  private static final int MAX_KEY_BYTES = 512;
  private static final int MAX_VALUE_BYTES = 8 << 20;

  private final WriteBatchWithIndex changes;

  RocksBatch(
      Path directory,
      RocksDB db,
      Map<Table, ColumnFamilyHandle> tables,
      ReadOptions options,
      WriteBatchWithIndex changes) {
    super(directory, db, tables, options);
    this.changes = changes;
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
    try {
      changes.put(family(table), key, value);
    } catch (RocksDBException e) {
      throw Failures.of(directory, "written", e);
    }
  }

  @Override
  public void delete(Table table, byte[] key) {
    try {
      changes.delete(family(table), key);
    } catch (RocksDBException e) {
      throw Failures.of(directory, "written", e);
    }
  }

  @Override
  byte[] get(ColumnFamilyHandle family, byte[] key) throws RocksDBException {
    return changes.getFromBatchAndDB(db, family, options, key);
  }

  @Override
  RocksIterator iterator(ColumnFamilyHandle family) {
    // The new iterator owns the one below, and closes it.
    return changes.newIteratorWithBase(family, db.newIterator(family, options));
  }
}
