package org.kiln.http.sql;

import java.util.List;
import java.util.stream.Collectors;
import org.kiln.core.sql.SqlColumn;
import org.kiln.core.sql.SqlType;

/**
 * CSV (RFC 4180) with a line of names. NULL is nothing, an empty text a pair of quotes; lists and
 * maps are JSON.
 */
record CsvRows() implements RowText {
  @Override
  public String contentType() {
    return Form.CSV.mediaType() + "; charset=utf-8";
  }

  @Override
  public String head(List<SqlColumn> columns) {
    return columns.stream().map(column -> quoted(column.name())).collect(Collectors.joining(","))
        + lineEnd();
  }

  @Override
  public String row(List<SqlColumn> columns, Object[] row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      text.append(i == 0 ? "" : ",");
      if (row[i] != null) {
        text.append(quoted(text(columns.get(i).type(), row[i])));
      }
    }
    return text.toString();
  }

  private static String text(SqlType type, Object value) {
    if (type instanceof SqlType.Scalar scalar) {
      return JsonText.plain(scalar, value);
    }
    StringBuilder json = new StringBuilder();
    new JsonText(json).value(type, value);
    return json.toString();
  }

  private static String quoted(String text) {
    boolean plain =
        !text.isEmpty()
            && text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public String lineEnd() {
    return "\r\n";
  }
}
