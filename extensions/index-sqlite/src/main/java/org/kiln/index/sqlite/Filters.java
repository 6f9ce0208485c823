package org.kiln.index.sqlite;

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
  private final Layout layout;

  Filters(Sql sql, Layout layout) {
    this.sql = sql;
    this.layout = layout;
  }

  void add(IndexFilter filter) {
    add(filter, true);
  }

  private void add(IndexFilter filter, boolean plain) {
    switch (filter) {
      case IndexFilter.All all -> joined(all.filters(), " AND ", "1", plain);
      case IndexFilter.Any any -> joined(any.filters(), " OR ", "0", plain);
      case IndexFilter.Not not -> {
        sql.add("NOT (");
        add(not.filter(), false);
        sql.add(")");
      }
      case IndexFilter.Missing missing -> {
        new Member(missing.field(), layout).rank(sql);
        sql.add(" = " + Values.NONE);
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

  /**
   * Halved again and again: SQLite bounds how deep an expression is, and a row of a thousand is.
   */
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
    Member member = new Member(compare.field(), layout);
    Object value = Values.bound(compare.value());
    boolean keyed = member.indexed();
    sql.add("(");
    member.rank(sql);
    sql.add(" = " + Values.rank(compare.value()) + " AND ");
    if (keyed && Values.isWholeKey(compare.value())) {
      member.key(sql);
      sql.add(sign(compare.relation())).bind(value);
    } else {
      if (keyed) {
        member.key(sql);
        sql.add(signOfBegins(compare.relation())).bind(Values.key(compare.value()));
        sql.add(" AND ");
      }
      member.value(sql);
      sql.add(sign(compare.relation())).bind(value);
    }
    sql.add(")");
  }

  private void compareExactly(IndexFilter.Compare compare) {
    Member member = new Member(compare.field(), layout);
    sql.add("CASE ");
    member.rank(sql);
    sql.add(" WHEN " + Values.rank(compare.value()) + " THEN ");
    member.value(sql);
    sql.add(sign(compare.relation())).bind(Values.bound(compare.value()));
    // Something of another kind is not equal, but neither is it below or above.
    boolean known = compare.relation() == Relation.EQUAL;
    sql.add(" WHEN " + Values.NONE + " THEN NULL ELSE " + (known ? "0" : "NULL") + " END");
  }

  private static List<Ipld> ofRank(IndexFilter.In in, int rank) {
    return in.values().stream().filter(value -> Values.rank(value) == rank).toList();
  }

  private void in(IndexFilter.In in) {
    Member member = new Member(in.field(), layout);
    String or = "(";
    for (int rank = Values.BOOLEAN; rank <= Values.TEXT; rank++) {
      List<Ipld> values = ofRank(in, rank);
      if (values.isEmpty()) {
        continue;
      }
      sql.add(or);
      or = " OR ";
      member.rank(sql);
      sql.add(" = " + rank + " AND ");
      if (member.indexed() && values.stream().allMatch(Values::isWholeKey)) {
        member.key(sql);
      } else {
        member.value(sql);
      }
      among(values);
    }
    sql.add(or.equals("(") ? "0" : ")");
  }

  private void inExactly(IndexFilter.In in) {
    Member member = new Member(in.field(), layout);
    sql.add("CASE ");
    member.rank(sql);
    sql.add(" WHEN " + Values.NONE + " THEN NULL");
    for (int rank = Values.BOOLEAN; rank <= Values.TEXT; rank++) {
      List<Ipld> values = ofRank(in, rank);
      if (!values.isEmpty()) {
        sql.add(" WHEN " + rank + " THEN ");
        member.value(sql);
        among(values);
      }
    }
    sql.add(" ELSE 0 END");
  }

  private void among(List<Ipld> values) {
    sql.add(" IN (SELECT value FROM json_each(").bind(Values.array(values)).add("))");
  }
}
