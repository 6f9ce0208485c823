package org.kiln.store.xodus.internal;

import org.kiln.api.store.Store;
import org.kiln.api.store.StoreBackend;
import org.kiln.api.store.StoreCheck;
import org.kiln.api.store.StoreSalvage;
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

  @Override
  public void check(StoreSpec spec, StoreCheck listener) {
    backend.check(spec, listener);
  }

  @Override
  public void salvage(StoreSpec spec, StoreSalvage into) {
    backend.salvage(spec, into);
  }
}
