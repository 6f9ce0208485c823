package org.kiln.store.memory;

import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSpec;

/** Opens stores in memory, each empty; makes no use of the directory and has no settings. */
public final class MemoryBackend implements StoreBackend {
  /** The id in the configuration. */
  public static final String ID = "memory";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Store open(StoreSpec spec) {
    return new MemoryStore(spec.tables());
  }
}
