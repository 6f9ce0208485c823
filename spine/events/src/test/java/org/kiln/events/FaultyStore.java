package org.kiln.events;

import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.api.store.StoreStats;

/** A store whose writes can be held up, or fail as on a full disk. */
public final class FaultyStore implements Store {
  private final Store store;
  private static final int OPEN = 1_000_000;

  private final Semaphore gate = new Semaphore(OPEN);
  private volatile boolean full;

  public FaultyStore(Store store) {
    this.store = store;
  }

  /** Lets no write through from now on. */
  void hold() {
    gate.drainPermits();
  }

  /** Lets all writes through again. */
  void release() {
    gate.release(OPEN);
  }

  /** How many writes are held up now. */
  int held() {
    return gate.getQueueLength();
  }

  public void full(boolean now) {
    full = now;
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    return store.read(reader);
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability) {
    gate.acquireUninterruptibly();
    try {
      store.write(
          batch -> {
            writer.accept(batch);
            if (full) {
              throw new StoreException(StoreException.Kind.FULL, "No space is left", null);
            }
          },
          durability);
    } finally {
      gate.release();
    }
  }

  @Override
  public StoreStats stats() {
    return store.stats();
  }

  @Override
  public void close() {
    store.close();
  }
}
