package org.kiln.kit.index.query;

import java.util.List;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.index.sql.Sql;

/**
 * Puts filters into SQL. Outside of every {@code NOT} it does not matter whether something is false
 * or unknown, so that a condition may have the plain form that an index can serve.
 */
final class Filters {
  private final Sql sql;
  private final Dialect dialect;

  Filters(Sql sql, Dialect dialect) {
    this.sql = sql;
    this.dialect = dialect;
  }

  void add(IndexFilter filter) {
    add(filter, true);
  }

  private void add(IndexFilter filter, boolean plain) {
    switch (filter) {
      case IndexFilter.All all -> joined(all.filters(), " AND ", "TRUE", plain);
      case IndexFilter.Any any -> joined(any.filters(), " OR ", "FALSE", plain);
      case IndexFilter.Not not -> {
        sql.add("NOT (");
        add(not.filter(), false);
        sql.add(")");
      }
      case IndexFilter.Missing missing -> {
        dialect.member(missing.field()).rank(sql);
        sql.add(" = " + Rank.NONE);
      }
      case IndexFilter.Compare compare -> {
        if (plain) {
          compare(compare);
        } else {
          compareExactly(compare);
        }
      }
      case IndexFilter.In in -> {
        if (plain) {
          in(in);
        } else {
          inExactly(in);
        }
      }
    }
  }

  /** Halved again and again: databases bound how deep an expression is, and a row of many is. */
  private void joined(List<IndexFilter> filters, String with, String none, boolean plain) {
    switch (filters.size()) {
      case 0 -> sql.add(none);
      case 1 -> add(filters.get(0), plain);
      default -> {
        int half = filters.size() / 2;
        sql.add("(");
        joined(filters.subList(0, half), with, none, plain);
        sql.add(with);
        joined(filters.subList(half, filters.size()), with, none, plain);
        sql.add(")");
      }
    }
  }

  private static String sign(Relation relation) {
    return switch (relation) {
      case EQUAL -> " = ";
      case LESS -> " < ";
      case LESS_OR_EQUAL -> " <= ";
      case GREATER -> " > ";
      case GREATER_OR_EQUAL -> " >= ";
    };
  }

  /** How keys compare that are the begin of values that compare so. */
  private static String signOfBegins(Relation relation) {
    return switch (relation) {
      case EQUAL -> " = ";
      case LESS, LESS_OR_EQUAL -> " <= ";
      case GREATER, GREATER_OR_EQUAL -> " >= ";
    };
  }

  private void compare(IndexFilter.Compare compare) {
    Member member = dialect.member(compare.field());
    Ipld value = compare.value();
    int rank = Rank.of(value);
    boolean byKey = member.isFoundByKey(rank);
    sql.add("(");
    member.rank(sql);
    sql.add(" = " + rank + " AND ");
    member.sameOfAll(sql, rank);
    if (byKey && Rank.isWholeKey(value)) {
      member.key(sql);
      sql.add(sign(compare.relation())).bind(dialect.key(value));
    } else {
      if (byKey) {
        member.key(sql);
        sql.add(signOfBegins(compare.relation())).bind(dialect.key(value)).add(" AND ");
      }
      member.value(sql, rank);
      sql.add(sign(compare.relation())).bind(dialect.value(value));
    }
    sql.add(")");
  }

  private void compareExactly(IndexFilter.Compare compare) {
    Member member = dialect.member(compare.field());
    int rank = Rank.of(compare.value());
    sql.add("CASE ");
    member.rank(sql);
    sql.add(" WHEN " + rank + " THEN ");
    member.value(sql, rank);
    sql.add(sign(compare.relation())).bind(dialect.value(compare.value()));
    // Something of another kind is not equal, but neither is it below or above.
    boolean known = compare.relation() == Relation.EQUAL;
    sql.add(" WHEN " + Rank.NONE + " THEN NULL ELSE " + (known ? "FALSE" : "NULL") + " END");
  }

  private static List<Ipld> ofRank(IndexFilter.In in, int rank) {
    return in.values().stream().filter(value -> Rank.of(value) == rank).toList();
  }

  private void in(IndexFilter.In in) {
    Member member = dialect.member(in.field());
    String before = "(";
    for (int rank = Rank.BOOLEAN; rank <= Rank.TEXT; rank++) {
      List<Ipld> values = ofRank(in, rank);
      if (!values.isEmpty()) {
        sql.add(before);
        before = " OR ";
        member.rank(sql);
        sql.add(" = " + rank + " AND ");
        if (member.isFoundByKey(rank) && values.stream().allMatch(Rank::isWholeKey)) {
          member.key(sql);
        } else {
          member.value(sql, rank);
        }
        dialect.among(sql, rank, values);
      }
    }
    sql.add(before.equals("(") ? "FALSE" : ")");
  }

  private void inExactly(IndexFilter.In in) {
    Member member = dialect.member(in.field());
    sql.add("CASE ");
    member.rank(sql);
    sql.add(" WHEN " + Rank.NONE + " THEN NULL");
    for (int rank = Rank.BOOLEAN; rank <= Rank.TEXT; rank++) {
      List<Ipld> values = ofRank(in, rank);
      if (!values.isEmpty()) {
        sql.add(" WHEN " + rank + " THEN ");
        member.value(sql, rank);
        dialect.among(sql, rank, values);
      }
    }
    sql.add(" ELSE FALSE END");
  }
}
