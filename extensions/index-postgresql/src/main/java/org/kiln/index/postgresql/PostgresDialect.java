package org.kiln.index.postgresql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.query.Dialect;
import org.kiln.kit.index.query.Member;
import org.kiln.kit.index.query.Rank;
import org.kiln.kit.index.sql.Sql;
import org.kiln.kit.index.sql.Tables;

/**
 * How PostgreSQL is asked for documents.
 *
 * @param numbers of all models; they only grow, so older ones are right as well
 */
record PostgresDialect(Map<StreamId, Long> numbers) implements Dialect {
  @Override
  public Tables tables() {
    return Schema.TABLES;
  }

  @Override
  public OptionalLong model(StreamId id) {
    Long number = numbers.get(id);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  @Override
  public String shown() {
    return "d.shown";
  }

  @Override
  public void account(Sql sql, String account) {
    sql.add("left(d.controller, " + Schema.CONTROLLER + ") = ");
    sql.add("left(?, " + Schema.CONTROLLER + ") AND d.controller = ?", account);
  }

  @Override
  public Member member(String field) {
    return new JsonbMember(field);
  }

  @Override
  public List<Object> columns(Ipld value) {
    return List.of(Rank.of(value), Values.number(value), Values.key(value));
  }

  /** Rank, number and text. */
  @Override
  public int width() {
    return 3;
  }

  @Override
  public Ipld read(ResultSet row, int column) throws SQLException {
    return Values.read(
        row.getInt(column), row.getBigDecimal(column + 1), row.getString(column + 2));
  }

  @Override
  public Object key(Ipld value) {
    return Values.key(value);
  }

  @Override
  public Object value(Ipld value) {
    return Rank.of(value) == Rank.TEXT ? Values.text(value) : Values.number(value);
  }

  @Override
  public void among(Sql sql, int rank, List<Ipld> values) {
    String type = rank == Rank.TEXT ? "text" : "numeric";
    List<Object> bound = values.stream().map(this::value).toList();
    sql.add(" = ANY (").bind(new Sql.Several(type, bound)).add(")");
  }

  /** Half of what the protocol counts in 16 bits. */
  @Override
  public int mostBound() {
    return 30_000;
  }
}
