package org.kiln.core.sql;

import java.util.List;

/**
 * A table.
 *
 * @param schema its schema
 * @param name its name
 * @param kind what it is
 * @param columns its columns, in order
 */
public record SqlTable(String schema, String name, Kind kind, List<SqlColumn> columns) {
  /** What a table is; ceramic-one's words for it are those of Flight SQL clients. */
  public enum Kind {
    /** Rows that are kept. */
    BASE,
    /** Rows that are derived, or a feed. */
    VIEW
  }

  /** Keeps a copy. */
  public SqlTable {
    columns = List.copyOf(columns);
  }
}
