package org.kiln.index.postgresql.internal;

import org.kiln.api.index.DocumentIndex;
import org.kiln.api.index.IndexBackend;
import org.kiln.api.index.IndexSpec;
import org.kiln.index.postgresql.PostgresBackend;
import org.kiln.kit.index.sql.Drivers;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Publishes the backend. */
@Component(
    service = IndexBackend.class,
    property = {
      IndexBackend.BACKEND_PROPERTY + "=" + PostgresBackend.ID,
      IndexBackend.BACKEND_PROPERTY + "=" + PostgresBackend.ALIAS
    })
public final class PostgresBackendComponent implements IndexBackend {
  private final PostgresBackend backend = new PostgresBackend();

  @Override
  public String id() {
    return backend.id();
  }

  @Override
  public DocumentIndex open(IndexSpec spec) {
    return backend.open(spec);
  }

  @Override
  public DocumentIndex openAnew(IndexSpec spec) {
    return backend.openAnew(spec);
  }

  @Deactivate
  void deactivate() {
    Drivers.letGo();
  }
}
