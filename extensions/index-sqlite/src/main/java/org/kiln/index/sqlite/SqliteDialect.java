package org.kiln.index.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.query.Dialect;
import org.kiln.kit.index.query.Member;
import org.kiln.kit.index.query.Rank;
import org.kiln.kit.index.sql.Sql;
import org.kiln.kit.index.sql.Tables;

/** How SQLite is asked for documents. */
record SqliteDialect(Layout layout) implements Dialect {
  @Override
  public Tables tables() {
    return Schema.TABLES;
  }

  @Override
  public OptionalLong model(StreamId id) {
    return layout.model(id);
  }

  @Override
  public String shown() {
    return "d.shown = 1";
  }

  @Override
  public void account(Sql sql, String account) {
    sql.add("d.controller = ").bind(account);
  }

  @Override
  public Member member(String field) {
    return new JsonMember(field, layout);
  }

  @Override
  public List<Object> columns(Ipld value) {
    return List.of((long) Rank.of(value), Values.key(value));
  }

  @Override
  public int width() {
    return 2;
  }

  @Override
  public Ipld read(ResultSet row, int column) throws SQLException {
    return Values.read(row.getInt(column), row.getObject(column + 1));
  }

  @Override
  public Object key(Ipld value) {
    return Values.key(value);
  }

  @Override
  public Object value(Ipld value) {
    return Values.bound(value);
  }

  @Override
  public void among(Sql sql, int rank, List<Ipld> values) {
    sql.add(" IN (SELECT value FROM json_each(").bind(Values.array(values)).add("))");
  }

  /** The driver's SQLite takes more than queries have. */
  @Override
  public int mostBound() {
    return Integer.MAX_VALUE;
  }
}
