package org.kiln.events;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreStats;

/** A process over a store: what it wrote before it was killed stays, and nothing comes after. */
public final class MortalStore implements Store {
  private final Store store;
  private final AtomicLong writes = new AtomicLong(Long.MAX_VALUE);

  public MortalStore(Store store) {
    this.store = store;
  }

  /** Kills it after so many further writes. */
  public void killAfter(long further) {
    writes.set(further);
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    return store.read(reader);
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability) {
    if (writes.getAndDecrement() <= 0) {
      throw new StoreException(StoreException.Kind.CLOSED, "The process was killed", null);
    }
    store.write(writer, durability);
  }

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public void close() {
    // the store is opened again
  }
}
