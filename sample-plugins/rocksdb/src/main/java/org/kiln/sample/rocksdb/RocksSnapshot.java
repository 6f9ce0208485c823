package org.kiln.sample.rocksdb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Table;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** One moment, for one thread. Closes the cursors that its user left open. */
class RocksSnapshot implements Snapshot, AutoCloseable {
  final Path directory;
  final RocksDB db;
  final ReadOptions options;
  private final Map<Table, ColumnFamilyHandle> tables;
  private final List<RocksCursor> cursors = new ArrayList<>();

  RocksSnapshot(
      Path directory, RocksDB db, Map<Table, ColumnFamilyHandle> tables, ReadOptions options) {
    this.directory = directory;
    this.db = db;
    this.tables = tables;
    this.options = options;
  }

  @Override
  public byte[] get(Table table, byte[] key) {
    try {
      return get(family(table), key);
    } catch (RocksDBException e) {
      throw Failures.of(directory, "read", e);
    }
  }

  byte[] get(ColumnFamilyHandle family, byte[] key) throws RocksDBException {
    return db.get(family, options, key);
  }

  @Override
  public Cursor range(Table table, byte[] from, byte[] to, boolean reverse) {
    cursors.removeIf(RocksCursor::closed);
    RocksCursor cursor = new RocksCursor(directory, iterator(family(table)), from, to, reverse);
    cursors.add(cursor);
    return cursor;
  }

  RocksIterator iterator(ColumnFamilyHandle family) {
    return db.newIterator(family, options);
  }

  final ColumnFamilyHandle family(Table table) {
    ColumnFamilyHandle family = tables.get(table);
    if (family == null) {
      throw new IllegalArgumentException(
          "Table " + table.name() + " was not named when the store was opened");
    }
    return family;
  }

  @Override
  public void close() {
    cursors.forEach(RocksCursor::close);
  }
}
