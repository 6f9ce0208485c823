package org.kiln.index.postgresql;

import java.util.List;
import org.kiln.api.index.IndexPlace;
import org.kiln.kit.index.query.Member;
import org.kiln.kit.index.query.Rank;
import org.kiln.kit.index.sql.Sql;

/** A member of the content as SQL sees it; see {@link Values}. */
record JsonbMember(String name) implements Member {
  private static final String PARAMETER = "?";

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("r", this::rank), new Column("n", this::number), new Column("t", this::key));
  }

  @Override
  public void rank(Sql sql) {
    sql.add(rank("d.content", PARAMETER), name);
  }

  private void number(Sql sql) {
    sql.add(number("d.content", PARAMETER), name);
  }

  @Override
  public void key(Sql sql) {
    sql.add(key("d.content", PARAMETER), name);
  }

  @Override
  public void value(Sql sql, int rank) {
    if (rank == Rank.TEXT) {
      sql.add("(d.content ->> ?::text) COLLATE \"C\"", name);
    } else {
      number(sql);
    }
  }

  @Override
  public boolean isFoundByKey(int rank) {
    return rank == Rank.TEXT;
  }

  @Override
  public void sameOfAll(Sql sql, int rank) {
    if (rank == Rank.TEXT) {
      number(sql);
      sql.add(" = 0 AND ");
    } else {
      key(sql);
      sql.add(" = '' AND ");
    }
  }

  /** The rank of a member, whose name is given as literal or parameter. */
  static String rank(String content, String name) {
    return ("(CASE jsonb_typeof(%s -> %s::text) WHEN 'boolean' THEN 1 WHEN 'number' THEN 2"
            + " WHEN 'string' THEN 3 WHEN 'array' THEN 4 WHEN 'object' THEN 4 ELSE 0 END)")
        .formatted(content, name);
  }

  static String number(String content, String name) {
    return ("(CASE jsonb_typeof(%1$s -> %2$s::text) WHEN 'number' THEN"
            + " (%1$s ->> %2$s::text)::numeric WHEN 'boolean' THEN"
            + " (CASE %1$s ->> %2$s::text WHEN 'true' THEN 1 ELSE 0 END)::numeric"
            + " ELSE 0::numeric END)")
        .formatted(content, name);
  }

  /** What texts are sorted by: their begin, by code point. */
  static String key(String content, String name) {
    return ("((CASE jsonb_typeof(%1$s -> %2$s::text) WHEN 'string' THEN"
            + " left(%1$s ->> %2$s::text, %3$d) ELSE '' END) COLLATE \"C\")")
        .formatted(content, name, IndexPlace.TEXT_LENGTH);
  }
}
