package org.kiln.index.sqlite;

import java.util.List;
import java.util.OptionalLong;
import org.kiln.kit.index.query.Member;
import org.kiln.kit.index.sql.Sql;

/**
 * A member of the content as SQL sees it: a rank that says of what kind it is, its value, and its
 * key, the value that documents are sorted by. Computed from the content, or columns when there is
 * an index with it.
 */
final class JsonMember implements Member {
  private final String name;
  private final OptionalLong column;

  JsonMember(String name, Layout layout) {
    this.name = name;
    this.column = layout.field(name);
  }

  @Override
  public List<Column> columns() {
    return List.of(new Column("r", this::rank), new Column("v", this::key));
  }

  /** Where it is columns. */
  @Override
  public boolean isFoundByKey(int rank) {
    return column.isPresent();
  }

  @Override
  public void rank(Sql sql) {
    if (column.isPresent()) {
      sql.add("d.r" + column.getAsLong());
    } else {
      sql.add(rank("d.content", "?"), Values.path(name));
    }
  }

  @Override
  public void key(Sql sql) {
    if (column.isPresent()) {
      sql.add("d.v" + column.getAsLong());
    } else {
      sql.add(key("d.content", "?"), Values.path(name));
    }
  }

  /** There are none: the one column holds values of every kind. */
  @Override
  public void sameOfAll(Sql sql, int rank) {}

  @Override
  public void value(Sql sql, int rank) {
    sql.add("json_extract(d.content, ?)", Values.path(name));
  }

  /** The rank of what stands at a path, given as literal or parameter. */
  static String rank(String content, String path) {
    return ("CASE json_type(%s, %s) WHEN 'integer' THEN 2 WHEN 'real' THEN 2 WHEN 'text' THEN 3"
            + " WHEN 'true' THEN 1 WHEN 'false' THEN 1 WHEN 'array' THEN 4 WHEN 'object' THEN 4"
            + " ELSE 0 END")
        .formatted(content, path);
  }

  /** What it is sorted by: text by its begin, and what is no scalar by nothing. */
  static String key(String content, String path) {
    return ("CASE json_type(%1$s, %2$s) WHEN 'text' THEN"
            + " substr(json_extract(%1$s, %2$s), 1, %3$d) WHEN 'array' THEN 0 WHEN 'object' THEN 0"
            + " ELSE ifnull(json_extract(%1$s, %2$s), 0) END")
        .formatted(content, path, Values.KEY_LENGTH);
  }
}
