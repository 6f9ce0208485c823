package ${package};

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreSpec;
import org.kiln.api.store.StoreStats;
import org.kiln.api.store.Table;
import org.osgi.service.component.annotations.Component;

/** A store in memory, to begin with: a write copies the tables it changes. */
@Component(property = StoreBackend.BACKEND_PROPERTY + "=${key}")
public final class ${className} implements StoreBackend {
  @Override
  public String id() {
    return "${key}";
  }

  @Override
  public Store open(StoreSpec spec) {
    Map<Table, NavigableMap<byte[], byte[]>> tables = new HashMap<>();
    spec.tables().forEach(table -> tables.put(table, new TreeMap<>(Arrays::compareUnsigned)));
    return new MemoryStore(tables);
  }

  private static final class MemoryStore implements Store {
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Map<Table, NavigableMap<byte[], byte[]>> tables;

    MemoryStore(Map<Table, NavigableMap<byte[], byte[]>> tables) {
      this.tables = tables;
    }

    private Map<Table, NavigableMap<byte[], byte[]>> open() {
      Map<Table, NavigableMap<byte[], byte[]>> now = tables;
      if (now == null) {
        throw new StoreException(StoreException.Kind.CLOSED, "The store is closed", null);
      }
      return now;
    }

    @Override
    public <T> T read(Function<? super Snapshot, ? extends T> reader) {
      return reader.apply(new Moment(open()));
    }

    @Override
    public void write(Consumer<? super Batch> writer, Durability durability) {
      writing.lock();
      try {
        Changes changes = new Changes(new HashMap<>(open()));
        writer.accept(changes);
        tables = changes.tables;
      } finally {
        writing.unlock();
      }
    }

    @Override
    public StoreStats stats() {
      return new StoreStats(0, open().values().stream().mapToLong(Map::size).sum());
    }

    @Override
    public void close() {
      writing.lock();
      tables = null;
      writing.unlock();
    }
  }

  private static class Moment implements Snapshot {
    final Map<Table, NavigableMap<byte[], byte[]>> tables;

    Moment(Map<Table, NavigableMap<byte[], byte[]>> tables) {
      this.tables = tables;
    }

    final NavigableMap<byte[], byte[]> table(Table table) {
      NavigableMap<byte[], byte[]> found = tables.get(table);
      if (found == null) {
        throw new IllegalArgumentException(
            "Table " + table.name() + " was not named when the store was opened");
      }
      return found;
    }

    @Override
    public byte[] get(Table table, byte[] key) {
      return table(table).get(key);
    }

    @Override
    public Cursor range(Table table, byte[] from, byte[] to, boolean reverse) {
      NavigableMap<byte[], byte[]> part = table(table);
      if (from != null && to != null && Arrays.compareUnsigned(from, to) >= 0) {
        part = new TreeMap<>(Arrays::compareUnsigned);
      } else {
        part = from == null ? part : part.tailMap(from, true);
        part = to == null ? part : part.headMap(to, false);
      }
      return new Walk((reverse ? part.descendingMap() : part).entrySet().iterator());
    }
  }

  private static final class Changes extends Moment implements Batch {
    private final Map<Table, NavigableMap<byte[], byte[]>> own = new HashMap<>();

    Changes(Map<Table, NavigableMap<byte[], byte[]>> tables) {
      super(tables);
    }

    private NavigableMap<byte[], byte[]> own(Table table) {
      return own.computeIfAbsent(
          table,
          wanted -> {
            NavigableMap<byte[], byte[]> copy = new TreeMap<>(table(wanted));
            tables.put(wanted, copy);
            return copy;
          });
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
      if (key.length < 1 || key.length > 512 || value.length > 8 << 20) {
        throw new IllegalArgumentException(
            "Keys have 1 to 512 bytes and values at most 8 MiB, not "
                + key.length
                + " and "
                + value.length);
      }
      own(table).put(key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
      own(table).remove(key);
    }
  }

  private static final class Walk implements Cursor {
    private final Iterator<Map.Entry<byte[], byte[]>> entries;
    private Map.Entry<byte[], byte[]> now;

    Walk(Iterator<Map.Entry<byte[], byte[]>> entries) {
      this.entries = entries;
    }

    @Override
    public boolean next() {
      now = entries.hasNext() ? entries.next() : null;
      return now != null;
    }

    @Override
    public byte[] key() {
      return now.getKey();
    }

    @Override
    public byte[] value() {
      return now.getValue();
    }

    @Override
    public void close() {
      now = null;
    }
  }
}
