package org.kiln.store.memory;

import org.kiln.api.store.StoreBackend;
import org.kiln.testkit.StoreContract;

class MemoryStoreTest extends StoreContract {
  @Override
  protected StoreBackend backend() {
    return new MemoryBackend();
  }

  @Override
  protected boolean persistent() {
    return false;
  }
}
