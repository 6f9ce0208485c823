package org.kiln.store.xodus.internal;

import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreSpec;
import org.kiln.store.xodus.XodusBackend;
import org.osgi.service.component.annotations.Component;

/** Publishes the backend. */
@Component(
    service = StoreBackend.class,
    property = StoreBackend.BACKEND_PROPERTY + "=" + XodusBackend.ID)
public final class XodusBackendComponent implements StoreBackend {
  private final XodusBackend backend = new XodusBackend();

  @Override
  public String id() {
    return backend.id();
  }

  @Override
  public Store open(StoreSpec spec) {
    return backend.open(spec);
  }
}
