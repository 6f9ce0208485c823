package org.kiln.kit.index.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexPlace;
import org.kiln.api.index.IndexQuery;
import org.kiln.api.index.SortKey;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamId;
import org.kiln.kit.index.sql.Sql;

/** Puts a query into SQL: conditions, the total order, and the place in it where a page begins. */
public final class Question {
  /** Up to that many models are asked one by one, each in its order, and merged. */
  private static final int MERGED = 16;

  private final IndexQuery query;
  private final Dialect dialect;
  private final Sql sql = new Sql();

  private Question(IndexQuery query, Dialect dialect) {
    this.query = query;
    this.dialect = dialect;
  }

  /** How many there are: one row, one column. */
  public static Sql count(IndexQuery query, Dialect dialect) {
    Question question = new Question(query, dialect);
    question.sql.add("SELECT count(*) FROM " + dialect.tables().prefix() + "documents d");
    question.where(question.models());
    return question.sql;
  }

  /** Rows of stream, created, and the columns of each sort key; one more than asked for. */
  public static Sql page(IndexQuery query, Dialect dialect) {
    Question question = new Question(query, dialect);
    List<Long> models = question.models();
    if (models.size() > 1 && models.size() <= MERGED) {
      question.merged(models);
      if (question.sql.size() <= dialect.mostBound()) {
        return question.sql;
      }
      question = new Question(query, dialect);
    }
    question.select(models);
    return question.sql;
  }

  private List<Long> models() {
    List<Long> models = new ArrayList<>();
    for (StreamId model : query.models()) {
      dialect.model(model).ifPresent(models::add);
    }
    return models;
  }

  /** Each model has an order of its own, in which its begin is found without a look at the rest. */
  private void merged(List<Long> models) {
    String before = "";
    for (int i = 0; i < models.size(); i++) {
      sql.add(before + "SELECT * FROM (");
      select(List.of(models.get(i)));
      sql.add(") AS m" + i);
      before = " UNION ALL ";
    }
    String comma = " ORDER BY ";
    for (Part part : parts()) {
      sql.add(comma + part.alias() + part.direction());
      comma = ", ";
    }
    sql.add(" LIMIT ").bind(query.most() + 1L);
  }

  private void select(List<Long> models) {
    List<Part> parts = parts();
    sql.add("SELECT d.stream AS stream, d.created AS created");
    for (Part part : parts.subList(0, parts.size() - 2)) {
      sql.add(", ");
      part.expression().accept(sql);
      sql.add(" AS " + part.alias());
    }
    sql.add(" FROM " + dialect.tables().prefix() + "documents d");
    where(models);
    if (query.from().isPresent()) {
      sql.add(" AND ");
      after(groups(parts), values(query.from().get()), 0);
    }
    String comma = " ORDER BY ";
    for (Part part : parts) {
      sql.add(comma);
      part.expression().accept(sql);
      sql.add(part.direction());
      comma = ", ";
    }
    sql.add(" LIMIT ").bind(query.most() + 1L);
  }

  /** A column of the total order, in the direction in which it is read. */
  private record Part(String alias, Consumer<Sql> expression, boolean falling) {
    String direction() {
      return falling ? " DESC" : " ASC";
    }
  }

  /** Ties go in the direction of the last key, so that an index serves both directions. */
  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    List<SortKey> keys = query.sorting();
    boolean falling = query.backward();
    for (int i = 0; i < keys.size(); i++) {
      falling = keys.get(i).descending() != query.backward();
      for (Member.Column column : dialect.member(keys.get(i).field()).columns()) {
        parts.add(new Part(column.name() + i, column.expression(), falling));
      }
    }
    parts.add(new Part("created", sql -> sql.add("d.created"), falling));
    parts.add(new Part("stream", sql -> sql.add("d.stream"), falling));
    return parts;
  }

  private List<Object> values(IndexPlace place) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < query.sorting().size(); i++) {
      Ipld key = i < place.keys().size() ? place.keys().get(i) : Ipld.NULL;
      values.addAll(dialect.columns(key));
    }
    values.add(place.created());
    values.add(place.stream().bytes());
    return values;
  }

  /** Neighbours of one direction are compared as one tuple, for which an index can be used. */
  private static List<List<Part>> groups(List<Part> parts) {
    List<List<Part>> groups = new ArrayList<>();
    for (Part part : parts) {
      if (groups.isEmpty() || groups.getLast().getLast().falling() != part.falling()) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(part);
    }
    return groups;
  }

  /** Behind the place: not before it in the first group, and behind it there or in the rest. */
  private void after(List<List<Part>> groups, List<Object> values, int used) {
    List<Part> first = groups.getFirst();
    List<Object> own = values.subList(used, used + first.size());
    String beyond = first.getFirst().falling() ? " < " : " > ";
    if (groups.size() == 1) {
      tuple(first, beyond, own);
      return;
    }
    tuple(first, first.getFirst().falling() ? " <= " : " >= ", own);
    sql.add(" AND (");
    tuple(first, beyond, own);
    sql.add(" OR (");
    after(groups.subList(1, groups.size()), values, used + first.size());
    sql.add("))");
  }

  private void tuple(List<Part> parts, String sign, List<Object> values) {
    String before = "(";
    for (Part part : parts) {
      sql.add(before);
      part.expression().accept(sql);
      before = ", ";
    }
    sql.add(")" + sign);
    before = "(";
    for (Object value : values) {
      sql.add(before).bind(value);
      before = ", ";
    }
    sql.add(")");
  }

  private void where(List<Long> models) {
    sql.add(" WHERE " + dialect.shown() + " AND ");
    // Numbers of ours, and written out: an index of one model is found by that only.
    sql.add(
        switch (models.size()) {
          case 0 -> "FALSE";
          case 1 -> "d.model = " + models.get(0);
          default ->
              "d.model IN ("
                  + String.join(", ", models.stream().map(String::valueOf).toList())
                  + ")";
        });
    Optional<String> account = query.account();
    if (account.isPresent()) {
      sql.add(" AND ");
      dialect.account(sql, account.get());
    }
    if (!query.filter().equals(IndexFilter.EVERYTHING)) {
      sql.add(" AND ");
      new Filters(sql, dialect).add(query.filter());
    }
  }
}
