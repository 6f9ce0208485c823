package org.kiln.index.sqlite;

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

/** Puts a query into SQL. */
final class Question {
  /** Up to that many models are asked one by one, each in its order, and merged. */
  private static final int MERGED = 16;

  private final IndexQuery query;
  private final Layout layout;
  private final Sql sql = new Sql();

  private Question(IndexQuery query, Layout layout) {
    this.query = query;
    this.layout = layout;
  }

  /** How many there are: one row, one column. */
  static Sql count(IndexQuery query, Layout layout) {
    Question question = new Question(query, layout);
    question.sql.add("SELECT count(*) FROM documents d");
    question.where(question.models());
    return question.sql;
  }

  /** Rows of stream, created, and rank and key of each sort key; one more than asked for. */
  static Sql page(IndexQuery query, Layout layout) {
    Question question = new Question(query, layout);
    List<Long> models = question.models();
    if (models.size() < 2 || models.size() > MERGED) {
      question.select(models);
    } else {
      question.merged(models);
    }
    return question.sql;
  }

  private List<Long> models() {
    List<Long> models = new ArrayList<>();
    for (StreamId model : query.models()) {
      layout.model(model).ifPresent(models::add);
    }
    return models;
  }

  /** Each model has an order of its own, in which its begin is found without a look at the rest. */
  private void merged(List<Long> models) {
    for (int i = 0; i < models.size(); i++) {
      sql.add(i == 0 ? "SELECT * FROM (" : ") UNION ALL SELECT * FROM (");
      select(List.of(models.get(i)));
    }
    sql.add(")");
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
    for (Part part : parts.subList(0, 2 * query.sorting().size())) {
      sql.add(", ");
      part.expression().accept(sql);
      sql.add(" AS " + part.alias());
    }
    sql.add(" FROM documents d");
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
      Member member = new Member(keys.get(i).field(), layout);
      parts.add(new Part("r" + i, member::rank, falling));
      parts.add(new Part("v" + i, member::key, falling));
    }
    parts.add(new Part("created", sql -> sql.add("d.created"), falling));
    parts.add(new Part("stream", sql -> sql.add("d.stream"), falling));
    return parts;
  }

  private List<Object> values(IndexPlace place) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < query.sorting().size(); i++) {
      Ipld key = i < place.keys().size() ? place.keys().get(i) : Ipld.NULL;
      values.add((long) Values.rank(key));
      values.add(Values.key(key));
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
    sql.add(" WHERE d.shown = 1 AND d.model ");
    // Numbers of ours, and written out: an index of one model is found by that only.
    sql.add(
        models.size() == 1
            ? "= " + models.get(0)
            : "IN (" + String.join(", ", models.stream().map(String::valueOf).toList()) + ")");
    Optional<String> account = query.account();
    if (account.isPresent()) {
      sql.add(" AND d.controller = ").bind(account.get());
    }
    if (!query.filter().equals(IndexFilter.EVERYTHING)) {
      sql.add(" AND ");
      new Filters(sql, layout).add(query.filter());
    }
  }
}
