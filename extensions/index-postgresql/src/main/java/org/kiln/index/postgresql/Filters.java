package org.kiln.index.postgresql;

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

  Filters(Sql sql) {
    this.sql = sql;
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
        new Member(missing.field()).rank(sql);
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

  private void joined(List<IndexFilter> filters, String with, String none, boolean plain) {
    if (filters.isEmpty()) {
      sql.add(none);
      return;
    }
    String before = "(";
    for (IndexFilter filter : filters) {
      sql.add(before);
      add(filter, plain);
      before = with;
    }
    sql.add(")");
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
    Member member = new Member(compare.field());
    Ipld value = compare.value();
    sql.add("(");
    member.rank(sql);
    sql.add(" = " + Values.rank(value) + " AND ");
    // Columns that are the same for all of a kind are said to be: only then is an index in order
    // behind them.
    if (!(value instanceof Ipld.Text)) {
      member.number(sql);
      sql.add(sign(compare.relation())).bind(Values.number(value)).add(" AND ");
      member.key(sql);
      sql.add(" = ''");
    } else if (Values.isWholeKey(value)) {
      member.number(sql);
      sql.add(" = 0 AND ");
      member.key(sql);
      sql.add(sign(compare.relation())).bind(Values.key(value));
    } else {
      member.number(sql);
      sql.add(" = 0 AND ");
      member.key(sql);
      sql.add(signOfBegins(compare.relation())).bind(Values.key(value)).add(" AND ");
      member.text(sql);
      sql.add(sign(compare.relation())).bind(Values.text(value));
    }
    sql.add(")");
  }

  private void compareExactly(IndexFilter.Compare compare) {
    Member member = new Member(compare.field());
    int rank = Values.rank(compare.value());
    sql.add("CASE ");
    member.rank(sql);
    sql.add(" WHEN " + rank + " THEN ");
    if (rank == Values.TEXT) {
      member.text(sql);
      sql.add(sign(compare.relation())).bind(Values.text(compare.value()));
    } else {
      member.number(sql);
      sql.add(sign(compare.relation())).bind(Values.number(compare.value()));
    }
    // Something of another kind is not equal, but neither is it below or above.
    boolean known = compare.relation() == Relation.EQUAL;
    sql.add(" WHEN " + Values.NONE + " THEN NULL ELSE " + (known ? "FALSE" : "NULL") + " END");
  }

  private static List<Ipld> ofRank(IndexFilter.In in, int rank) {
    return in.values().stream().filter(value -> Values.rank(value) == rank).toList();
  }

  private void in(IndexFilter.In in) {
    Member member = new Member(in.field());
    String before = "(";
    for (int rank = Values.BOOLEAN; rank <= Values.TEXT; rank++) {
      List<Ipld> values = ofRank(in, rank);
      if (!values.isEmpty()) {
        sql.add(before);
        before = " OR ";
        member.rank(sql);
        sql.add(" = " + rank + " AND ");
        if (rank == Values.TEXT && values.stream().allMatch(Values::isWholeKey)) {
          member.key(sql);
          among(rank, values);
        } else {
          value(member, rank);
          among(rank, values);
        }
      }
    }
    sql.add(before.equals("(") ? "FALSE" : ")");
  }

  private void inExactly(IndexFilter.In in) {
    Member member = new Member(in.field());
    sql.add("CASE ");
    member.rank(sql);
    sql.add(" WHEN " + Values.NONE + " THEN NULL");
    for (int rank = Values.BOOLEAN; rank <= Values.TEXT; rank++) {
      List<Ipld> values = ofRank(in, rank);
      if (!values.isEmpty()) {
        sql.add(" WHEN " + rank + " THEN ");
        value(member, rank);
        among(rank, values);
      }
    }
    sql.add(" ELSE FALSE END");
  }

  private void value(Member member, int rank) {
    if (rank == Values.TEXT) {
      member.text(sql);
    } else {
      member.number(sql);
    }
  }

  private void among(int rank, List<Ipld> values) {
    boolean texts = rank == Values.TEXT;
    List<Object> bound =
        values.stream().<Object>map(v -> texts ? Values.text(v) : Values.number(v)).toList();
    sql.add(" = ANY (").bind(new Sql.Several(texts ? "text" : "numeric", bound)).add(")");
  }
}
