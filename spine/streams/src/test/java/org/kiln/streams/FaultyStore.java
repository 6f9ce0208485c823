package org.kiln.streams;

import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Cursor;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreException.Kind;
import org.kiln.api.store.StoreStats;
import org.kiln.api.store.Table;

/** A store of which some keys are damaged, or that takes nothing more in some tables. */
final class FaultyStore implements Store {
  private final Store store;
  private volatile Fault fault = (table, key, write) -> false;
  private volatile Kind kind = Kind.CORRUPT;
  private volatile Table lost;

  FaultyStore(Store store) {
    this.store = store;
  }

  /** Whether the use of a key fails. */
  @FunctionalInterface
  interface Fault {
    boolean at(Table table, byte[] key, boolean write);
  }

  /** From now on these uses fail in that way. */
  void fails(Kind how, Fault where) {
    kind = how;
    fault = where;
  }

  /** From now on no walk over that table begins, as when its root is damaged. */
  void loses(Table table) {
    lost = table;
  }

  /** From now on all is well. */
  void heal() {
    lost = null;
    fault = (table, key, write) -> false;
  }

  private void use(Table table, byte[] key, boolean write) {
    if (fault.at(table, key, write)) {
      throw new StoreException(kind, kind + " at a key of " + table.name(), null);
    }
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    return store.read(snapshot -> reader.apply(new Reading(snapshot)));
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability) {
    store.write(batch -> writer.accept(new Writing(batch)), durability);
  }

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public void close() {
    store.close();
  }

  private class Reading implements Snapshot {
    private final Snapshot snapshot;

    Reading(Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public byte[] get(Table table, byte[] key) {
      use(table, key, false);
      return snapshot.get(table, key);
    }

    @Override
    public Cursor range(Table table, byte[] from, byte[] to, boolean reverse) {
      if (table.equals(lost)) {
        throw new StoreException(Kind.CORRUPT, "The root of " + table.name() + " is damaged", null);
      }
      Cursor cursor = snapshot.range(table, from, to, reverse);
      return new Cursor() {
        @Override
        public boolean next() {
          boolean next = cursor.next();
          if (next) {
            use(table, cursor.key(), false);
          }
          return next;
        }

        @Override
        public byte[] key() {
          return cursor.key();
        }

        @Override
        public byte[] value() {
          return cursor.value();
        }

        @Override
        public void close() {
          cursor.close();
        }
      };
    }
  }

  private final class Writing extends Reading implements Batch {
    private final Batch batch;

    Writing(Batch batch) {
      super(batch);
      this.batch = batch;
    }

    @Override
    public void put(Table table, byte[] key, byte[] value) {
      use(table, key, true);
      batch.put(table, key, value);
    }

    @Override
    public void delete(Table table, byte[] key) {
      use(table, key, true);
      batch.delete(table, key);
    }
  }
}
