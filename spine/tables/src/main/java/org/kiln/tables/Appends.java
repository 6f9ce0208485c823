package org.kiln.tables;

import java.sql.SQLException;
import java.util.Collection;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Adds rows to tables, in the transaction that is under way. */
final class Appends {
  private Appends() {}

  /** Writes the columns of one row, in their order. */
  interface Writer<T> {
    void write(DuckDBAppender out, T row) throws SQLException;
  }

  static <T> void to(
      DuckDBConnection connection, String table, Collection<T> rows, Writer<T> writer)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (DuckDBAppender out = connection.createAppender("_store", table)) {
      for (T row : rows) {
        out.beginRow();
        writer.write(out, row);
        out.endRow();
      }
      out.flush();
    }
  }

  /** What the init event says of its stream: controller and dimensions. */
  static void head(DuckDBAppender out, StreamHead stream) throws SQLException {
    head(out, stream, stream.modelBytes());
  }

  /** The same, with other bytes for the model. */
  static void head(DuckDBAppender out, StreamHead stream, byte[] model) throws SQLException {
    out.append(stream.controller());
    out.append(model);
    out.append(stream.dimension("context"));
    out.append(stream.dimension("unique"));
  }

  static void text(DuckDBAppender out, String text) throws SQLException {
    if (text == null) {
      out.appendNull();
    } else {
      out.append(text);
    }
  }

  static void bytes(DuckDBAppender out, byte[] bytes) throws SQLException {
    if (bytes == null) {
      out.appendNull();
    } else {
      out.append(bytes);
    }
  }
}
