package org.kiln.index.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;

/** Puts a query into SQL. */
final class Question {
  private final IndexQuery query;
  private final Sql sql = new Sql();

  private Question(IndexQuery query) {
    this.query = query;
  }

  /** How many there are: one row, one column. */
  static Sql count(IndexQuery query) {
    Question question = new Question(query);
    question.sql.add("SELECT count(*) FROM documents d");
    question.where();
    return question.sql;
  }

  /** Rows of stream, created, and rank and value of each key; one more than asked for. */
  static Sql page(IndexQuery query) {
    Question question = new Question(query);
    question.select();
    return question.sql;
  }

  private void select() {
    sql.add("SELECT * FROM (SELECT d.stream AS stream, d.created AS created");
    for (int i = 0; i < query.sorting().size(); i++) {
      String field = query.sorting().get(i).field();
      sql.add(", ");
      rank(field);
      sql.add(" AS r" + i + ", ifnull(");
      value(field);
      sql.add(", 0) AS v" + i);
    }
    sql.add(" FROM documents d");
    where();
    sql.add(")");
    List<Part> parts = parts();
    query.from().ifPresent(place -> after(parts, place));
    sql.add(" ORDER BY ");
    for (int i = 0; i < parts.size(); i++) {
      sql.add(i == 0 ? "" : ", ").add(parts.get(i).column());
      sql.add(parts.get(i).falling() ? " DESC" : " ASC");
    }
    sql.add(" LIMIT ").bind(query.most() + 1L);
  }

  /** A column of the total order, in the direction in which it is read. */
  private record Part(String column, boolean falling) {}

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    List<SortKey> keys = query.sorting();
    for (int i = 0; i < keys.size(); i++) {
      boolean falling = keys.get(i).descending() != query.backward();
      parts.add(new Part("r" + i, falling));
      parts.add(new Part("v" + i, falling));
    }
    parts.add(new Part("created", query.backward()));
    parts.add(new Part("stream", query.backward()));
    return parts;
  }

  /** Tuples behind the place: behind it in one column, and level with it in all before that. */
  private void after(List<Part> parts, IndexPlace place) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < query.sorting().size(); i++) {
      Ipld key = i < place.keys().size() ? place.keys().get(i) : Ipld.NULL;
      values.add((long) Values.rank(key));
      values.add(Values.bound(key));
    }
    values.add(place.created());
    values.add(place.stream().bytes());
    sql.add(" WHERE ");
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      String beyond = part.column() + (part.falling() ? " < " : " > ");
      if (i == parts.size() - 1) {
        sql.add(beyond).bind(values.get(i));
        break;
      }
      sql.add("(" + beyond).bind(values.get(i));
      sql.add(" OR (" + part.column() + " = ").bind(values.get(i)).add(" AND ");
    }
    sql.add("))".repeat(parts.size() - 1));
  }

  private void where() {
    sql.add(" WHERE d.shown = 1 AND d.model ");
    models();
    Optional<String> account = query.account();
    if (account.isPresent()) {
      sql.add(" AND d.controller = ").bind(account.get());
    }
    if (!query.filter().equals(IndexFilter.EVERYTHING)) {
      sql.add(" AND ");
      filter(query.filter());
    }
  }

  /** One model is asked for by equality: its rows are in order in the index then. */
  private void models() {
    boolean one = query.models().size() == 1;
    sql.add(one ? "= (" : "IN (").add("SELECT id FROM models WHERE stream IN (");
    String comma = "";
    for (StreamId model : query.models()) {
      sql.add(comma).bind(model.bytes());
      comma = ", ";
    }
    sql.add("))");
  }

  private void filter(IndexFilter filter) {
    switch (filter) {
      case IndexFilter.All all -> joined(all.filters(), " AND ", "1");
      case IndexFilter.Any any -> joined(any.filters(), " OR ", "0");
      case IndexFilter.Not not -> {
        sql.add("NOT (");
        filter(not.filter());
        sql.add(")");
      }
      case IndexFilter.Missing missing -> {
        rank(missing.field());
        sql.add(" = " + Values.NONE);
      }
      case IndexFilter.Compare compare -> compare(compare);
      case IndexFilter.In in -> in(in);
    }
  }

  /**
   * Halved again and again: SQLite bounds how deep an expression is, and a row of a thousand is.
   */
  private void joined(List<IndexFilter> filters, String with, String none) {
    switch (filters.size()) {
      case 0 -> sql.add(none);
      case 1 -> filter(filters.get(0));
      default -> {
        int half = filters.size() / 2;
        sql.add("(");
        joined(filters.subList(0, half), with, none);
        sql.add(with);
        joined(filters.subList(half, filters.size()), with, none);
        sql.add(")");
      }
    }
  }

  private void compare(IndexFilter.Compare compare) {
    int rank = Values.rank(compare.value());
    String sign =
        switch (compare.relation()) {
          case EQUAL -> "=";
          case LESS -> "<";
          case LESS_OR_EQUAL -> "<=";
          case GREATER -> ">";
          case GREATER_OR_EQUAL -> ">=";
        };
    sql.add("CASE ");
    rank(compare.field());
    sql.add(" WHEN " + rank + " THEN ");
    value(compare.field());
    sql.add(" " + sign + " ").bind(Values.bound(compare.value()));
    // Something of another kind is not equal, but neither is it below or above.
    boolean known = compare.relation() == IndexFilter.Relation.EQUAL;
    sql.add(" WHEN " + Values.NONE + " THEN NULL ELSE " + (known ? "0" : "NULL") + " END");
  }

  private void in(IndexFilter.In in) {
    sql.add("CASE ");
    rank(in.field());
    sql.add(" WHEN " + Values.NONE + " THEN NULL");
    for (int rank = Values.BOOLEAN; rank <= Values.TEXT; rank++) {
      int wanted = rank;
      List<Ipld> values = in.values().stream().filter(v -> Values.rank(v) == wanted).toList();
      if (!values.isEmpty()) {
        sql.add(" WHEN " + rank + " THEN ");
        value(in.field());
        sql.add(" IN (SELECT value FROM json_each(").bind(Values.array(values)).add("))");
      }
    }
    sql.add(" ELSE 0 END");
  }

  private void rank(String field) {
    sql.add("CASE json_type(d.content, ").bind(Values.path(field));
    sql.add(
        ") WHEN 'integer' THEN 2 WHEN 'real' THEN 2 WHEN 'text' THEN 3 WHEN 'true' THEN 1"
            + " WHEN 'false' THEN 1 WHEN 'array' THEN 4 WHEN 'object' THEN 4 ELSE 0 END");
  }

  private void value(String field) {
    sql.add("json_extract(d.content, ").bind(Values.path(field)).add(")");
  }
}
