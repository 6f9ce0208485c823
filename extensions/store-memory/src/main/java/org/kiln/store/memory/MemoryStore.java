package org.kiln.store.memory;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreStats;
import org.kiln.api.store.Table;

/** A store in memory. Reads take no lock; nothing survives {@link #close}. */
public final class MemoryStore implements Store {
  private final ReentrantLock writing = new ReentrantLock();
  private volatile Map<Table, SortedTree> trees;

  /** An empty store with these tables. */
  public MemoryStore(Set<Table> tables) {
    Map<Table, SortedTree> empty = new HashMap<>();
    tables.forEach(table -> empty.put(table, SortedTree.EMPTY));
    trees = empty;
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    return reader.apply(new MemorySnapshot(open()));
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability) {
    writing.lock();
    try {
      MemoryBatch batch = new MemoryBatch(open());
      writer.accept(batch);
      trees = batch.trees;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public StoreStats stats() {
    long entries = open().values().stream().mapToLong(SortedTree::size).sum();
    return new StoreStats(0, entries);
  }

  @Override
  public void close() {
    writing.lock();
    try {
      trees = null;
    } finally {
      writing.unlock();
    }
  }

  private Map<Table, SortedTree> open() {
    Map<Table, SortedTree> now = trees;
    if (now == null) {
      throw new StoreException(StoreException.Kind.CLOSED, "The store is closed", null);
    }
    return now;
  }
}
