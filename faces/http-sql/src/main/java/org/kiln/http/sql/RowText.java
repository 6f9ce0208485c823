package org.kiln.http.sql;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlForm;

/** Forms of which each row is a text of its own. Immutable. */
sealed interface RowText extends SqlForm permits JsonRows, CsvRows {
  /** What comes before the first row, with its end; empty for nothing. */
  String head(List<SqlColumn> columns);

  /** A row, without its end. */
  String row(List<SqlColumn> columns, Object[] row);

  /** What ends a row. */
  String lineEnd();

  @Override
  default Writing begin(List<SqlColumn> columns, OutputStream out) throws IOException {
    out.write(head(columns).getBytes(StandardCharsets.UTF_8));
    return new Writing() {
      @Override
      public void write(List<Object[]> rows) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Object[] row : rows) {
          text.append(row(columns, row)).append(lineEnd());
        }
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      }

      @Override
      public void end() {
        // The last row is as the others.
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
