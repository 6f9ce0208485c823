package org.kiln.anchor;

import java.util.function.Consumer;
import java.util.function.Function;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.store.Batch;
import org.kiln.api.store.Durability;
import org.kiln.api.store.Snapshot;
import org.kiln.api.store.Store;
import org.kiln.api.store.StoreException;
import org.kiln.core.log.NodeStore;

/** The node's store over a store that outlives it; dies at a chosen write, as in a kill -9. */
final class FragileStore implements NodeStore {
  private final Store store;
  private int writesLeft;
  private final boolean lastOneLands;
  private boolean dead;

  /**
   * A store that serves so many writes.
   *
   * @param lastOneLands whether the fatal write is kept all the same, only unacknowledged
   */
  FragileStore(Store store, int writes, boolean lastOneLands) {
    this.store = store;
    this.writesLeft = writes;
    this.lastOneLands = lastOneLands;
  }

  static FragileStore solid(Store store) {
    return new FragileStore(store, Integer.MAX_VALUE, true);
  }

  synchronized boolean dead() {
    return dead;
  }

  @Override
  public <T> T read(Function<? super Snapshot, ? extends T> reader) {
    synchronized (this) {
      if (dead) {
        throw gone();
      }
    }
    return store.read(reader);
  }

  @Override
  public void write(Consumer<? super Batch> writer, Durability durability, Deadline deadline) {
    synchronized (this) {
      if (dead) {
        throw gone();
      }
      if (--writesLeft < 0) {
        dead = true;
        if (lastOneLands) {
          store.write(writer, durability);
        }
        throw gone();
      }
      store.write(writer, durability);
    }
  }

  private static StoreException gone() {
    return new StoreException(StoreException.Kind.CLOSED, "killed", null);
  }
}
