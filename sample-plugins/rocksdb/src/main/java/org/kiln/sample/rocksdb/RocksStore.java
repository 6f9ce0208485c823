package org.kiln.sample.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreStats;
import org.kiln.api.store.Table;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteOptions;

/** A store in one directory. */
final class RocksStore implements Store {
  private static final long WRITE_BUFFER_BYTES = 16 << 20;
  private static final long LOG_BYTES = 64 << 20;

  private final Path directory;
  private final Map<Table, ColumnFamilyHandle> tables = new HashMap<>();
  private final RocksDB db;

  /** What lives outside the Java heap: closed in the opposite order, and never used afterwards. */
  private final Deque<RocksObject> natives = new ArrayDeque<>();

  private final ReentrantLock writing = new ReentrantLock();
  // Held shared by every use, alone to close: RocksDB ends the process when it is used after that.
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private boolean closed;

  RocksStore(Path directory, Set<Table> wanted, long cacheBytes) throws RocksDBException {
    this.directory = directory;
    boolean opened = false;
    try {
      ColumnFamilyOptions each = columnFamily(cacheBytes);
      DBOptions options =
          own(new DBOptions())
              .setCreateIfMissing(true)
              .setCreateMissingColumnFamilies(true)
              .setDbWriteBufferSize(4 * WRITE_BUFFER_BYTES)
              .setMaxTotalWalSize(LOG_BYTES)
              .setMaxOpenFiles(512)
              .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
              .setKeepLogFileNum(2);
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      for (String name : families(wanted)) {
        families.add(new ColumnFamilyDescriptor(bytes(name), each));
      }
      List<ColumnFamilyHandle> handles = new ArrayList<>();
      db = own(RocksDB.open(options, directory.toString(), families, handles));
      handles.forEach(this::own);
      for (Table table : wanted) {
        int i = 0;
        while (!new String(families.get(i).getName(), StandardCharsets.US_ASCII)
            .equals(table.name())) {
          i++;
        }
        tables.put(table, handles.get(i));
      }
      opened = true;
    } finally {
      if (!opened) {
        closeNatives();
      }
    }
  }

  private ColumnFamilyOptions columnFamily(long cacheBytes) {
    BlockBasedTableConfig blocks =
        new BlockBasedTableConfig()
            .setBlockCache(own(new LRUCache(cacheBytes)))
            .setFilterPolicy(own(new BloomFilter(10)));
    return own(new ColumnFamilyOptions())
        .setTableFormatConfig(blocks)
        .setWriteBufferSize(WRITE_BUFFER_BYTES);
  }

  /** Those that are there, all of which RocksDB wants to open, and those that are to be. */
  private Set<String> families(Set<Table> wanted) throws RocksDBException {
    Set<String> names = new LinkedHashSet<>();
    names.add(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.US_ASCII));
    if (Files.exists(directory.resolve("CURRENT"))) {
      try (Options options = new Options()) {
        for (byte[] name : RocksDB.listColumnFamilies(options, directory.toString())) {
          names.add(new String(name, StandardCharsets.US_ASCII));
        }
      }
    }
    wanted.forEach(table -> names.add(table.name()));
    return names;
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  private <T extends RocksObject> T own(T object) {
    natives.push(object);
    return object;
  }

  private void use() {
    life.readLock().lock();
    if (closed) {
      life.readLock().unlock();
      throw Failures.closed(directory);
    }
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    use();
    try {
      org.rocksdb.Snapshot moment = db.getSnapshot();
      try (ReadOptions options = new ReadOptions().setSnapshot(moment);
          RocksSnapshot snapshot = new RocksSnapshot(directory, db, tables, options)) {
        return reader.apply(snapshot);
      } finally {
        db.releaseSnapshot(moment);
      }
    } finally {
      life.readLock().unlock();
    }
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability) {
    writing.lock();
    try {
      use();
      try (WriteBatchWithIndex changes = new WriteBatchWithIndex(true);
          ReadOptions options = new ReadOptions();
          RocksBatch batch = new RocksBatch(directory, db, tables, options, changes);
          WriteOptions how = new WriteOptions().setSync(durability == Durability.SYNCED)) {
        writer.accept(batch);
        db.write(how, changes);
      } catch (RocksDBException e) {
        throw Failures.of(directory, "written", e);
      } finally {
        life.readLock().unlock();
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public StoreStats stats() {
    use();
    try (Stream<Path> files = Files.list(directory)) {
      return new StoreStats(files.mapToLong(RocksStore::size).sum(), -1);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.IO, "The directory " + directory + " cannot be read: " + e, e);
    } finally {
      life.readLock().unlock();
    }
  }

  /** RocksDB removes files whenever it likes. */
  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        closeNatives();
      }
    } finally {
      life.writeLock().unlock();
    }
  }

  private void closeNatives() {
    while (!natives.isEmpty()) {
      natives.pop().close();
    }
  }
}
