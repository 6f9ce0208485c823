package org.kiln.core.sql;

import java.util.List;

/**
 * A statement that may be asked.
 *
 * @param sql its text
 * @param columns what it gives
 * @param parameters what it wants to be told, sorted by name
 */
public record SqlStatement(String sql, List<SqlColumn> columns, List<SqlParameter> parameters) {
  /** Keeps copies. */
  public SqlStatement {
    columns = List.copyOf(columns);
    parameters = List.copyOf(parameters);
  }
}
