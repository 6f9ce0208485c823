package org.kiln.store.memory.internal;

import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSpec;
import org.kiln.store.memory.MemoryBackend;
import org.osgi.service.component.annotations.Component;

/** Publishes the backend. */
@Component(
    service = StoreBackend.class,
    property = StoreBackend.BACKEND_PROPERTY + "=" + MemoryBackend.ID)
public final class MemoryBackendComponent implements StoreBackend {
  private final MemoryBackend backend = new MemoryBackend();

  @Override
  public String id() {
    return backend.id();
  }

  @Override
  public Store open(StoreSpec spec) {
    return backend.open(spec);
  }
}
