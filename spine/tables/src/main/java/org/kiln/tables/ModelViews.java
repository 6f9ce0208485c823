package org.kiln.tables;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.kiln.api.stream.StreamId;
import org.kiln.core.sql.SqlTable;

/**
 * The views of models, and their names. Of several models with one name the one that was seen first
 * has it, so that nobody's view comes to show other documents; the names follow from the models
 * alone, however they came to be what they are. Immutable.
 */
final class ModelViews {
  /** So many models have views: those that were seen first. */
  static final int MOST = 1_000;

  static final ModelViews NONE = new ModelViews(new TreeMap<>());

  private final TreeMap<Long, ModelView> views;
  private final Map<StreamId, Long> orders = new HashMap<>();
  private final Map<Long, String> names = new LinkedHashMap<>();
  private final Map<String, SqlTable> tables = new HashMap<>();

  private ModelViews(TreeMap<Long, ModelView> views) {
    this.views = views;
    for (ModelView view : views.values()) {
      orders.put(view.model(), view.order());
      String name =
          view.names().stream()
              .filter(one -> !tables.containsKey(ModelView.key(one)))
              .findFirst()
              .orElseGet(() -> unlike(view.model().toString()));
      names.put(view.order(), name);
      tables.put(ModelView.key(name), view.table(name));
    }
  }

  private String unlike(String name) {
    String other = name;
    while (tables.containsKey(ModelView.key(other))) {
      other += "_";
    }
    return other;
  }

  /** The place of a model among those that have views, if it has one. */
  Optional<Long> order(StreamId model) {
    return Optional.ofNullable(orders.get(model));
  }

  /** The place of the next one. */
  long next() {
    return views.isEmpty() ? 1 : views.lastKey() + 1;
  }

  int size() {
    return views.size();
  }

  /** With other views of some, and without some. */
  ModelViews with(Collection<ModelView> changed, Set<StreamId> gone) {
    TreeMap<Long, ModelView> other = new TreeMap<>(views);
    gone.forEach(model -> order(model).ifPresent(other::remove));
    changed.forEach(view -> other.put(view.order(), view));
    return new ModelViews(other);
  }

  /** What makes these of those of before. */
  List<String> statements(ModelViews before) {
    List<String> statements = new ArrayList<>();
    Set<String> kept = new HashSet<>(names.values());
    before.names.values().stream()
        .filter(name -> !kept.contains(name))
        .forEach(name -> statements.add("DROP VIEW IF EXISTS " + ModelView.qualified(name)));
    names.forEach(
        (order, name) -> {
          ModelView view = views.get(order);
          if (!view.equals(before.views.get(order)) || !name.equals(before.names.get(order))) {
            statements.add(view.statement(name));
          }
        });
    return statements;
  }

  /** A model that has a view. */
  record Named(long order, StreamId model, String name) {}

  /** All, as they were seen. */
  List<Named> named() {
    return views.values().stream()
        .map(view -> new Named(view.order(), view.model(), names.get(view.order())))
        .toList();
  }

  Optional<SqlTable> find(String name) {
    return Optional.ofNullable(tables.get(ModelView.key(name)));
  }

  /** Sorted by name. */
  List<SqlTable> tables() {
    return new TreeMap<>(tables).values().stream().toList();
  }
}
