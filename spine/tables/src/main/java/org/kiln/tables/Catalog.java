package org.kiln.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.kiln.core.sql.SqlTable;

/** What can be asked now: the tables there always are, and the views of models. Thread-safe. */
final class Catalog {
  private volatile ModelViews models = ModelViews.NONE;

  /** The views of models; another object once they have changed. */
  ModelViews models() {
    return models;
  }

  void set(ModelViews newer) {
    models = newer;
  }

  /** The table of that name; without a schema one of the public ones. */
  Optional<SqlTable> find(String schema, String name) {
    return schema.equalsIgnoreCase(ModelView.SCHEMA)
        ? models.find(name)
        : Tables.find(schema, name);
  }

  /** All, sorted by schema and name. */
  List<SqlTable> all() {
    List<SqlTable> all = new ArrayList<>(Tables.ALL);
    all.addAll(models.tables());
    all.sort(Comparator.comparing(SqlTable::schema).thenComparing(SqlTable::name));
    return all;
  }
}
