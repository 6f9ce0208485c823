package org.kiln.flight.sql.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlForm;
import org.kiln.flight.sql.ArrowForm;
import org.osgi.service.component.annotations.Component;

/** Lends the bundle's Arrow to other faces; nothing of it is loaded before an answer wants it. */
@Component(service = SqlForm.class)
public final class ArrowComponent implements SqlForm {
  private final ArrowForm form = new ArrowForm();

  @Override
  public String contentType() {
    return form.contentType();
  }

  @Override
  public Writing begin(List<SqlColumn> columns, OutputStream out) throws IOException {
    return form.begin(columns, out);
  }
}
