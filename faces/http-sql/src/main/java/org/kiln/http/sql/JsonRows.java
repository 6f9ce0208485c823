package org.kiln.http.sql;

import java.util.List;
import org.kiln.core.sql.SqlColumn;

/** An object on a line for each row, with the columns as members in their order. */
record JsonRows() implements RowText {
  @Override
  public String contentType() {
    return Form.JSON.mediaType();
  }

  @Override
  public String head(List<SqlColumn> columns) {
    return "";
  }

  @Override
  public String row(List<SqlColumn> columns, Object[] row) {
    StringBuilder text = new StringBuilder("{");
    JsonText json = new JsonText(text);
    for (int i = 0; i < row.length; i++) {
      text.append(i == 0 ? "" : ",");
      json.string(columns.get(i).name());
      text.append(':');
      json.value(columns.get(i).type(), row[i]);
    }
    return text.append('}').toString();
  }

  @Override
  public String lineEnd() {
    return "\n";
  }
}
