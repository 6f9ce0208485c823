package org.kiln.core.sql;

import java.util.List;
import java.util.Optional;

/**
 * A statement that may be asked.
 *
 * @param sql its text
 * @param columns what it gives
 * @param parameters what it wants to be told, sorted by name
 * @param feed of a statement that reads a feed, the column that numbers the feed's rows
 */
public record SqlStatement(
    String sql, List<SqlColumn> columns, List<SqlParameter> parameters, Optional<String> feed) {
  /** Keeps copies. */
  public SqlStatement {
    columns = List.copyOf(columns);
    parameters = List.copyOf(parameters);
  }
}
