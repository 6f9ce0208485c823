package org.kiln.index.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.kiln.api.stream.StreamId;

/**
 * What queries have to know of the tables: the numbers of models, and which members of the content
 * are columns. Both only grow, so an older one is right as well. Immutable.
 */
final class Layout {
  private final Map<StreamId, Long> models;
  private final Map<String, Long> fields;

  private Layout(Map<StreamId, Long> models, Map<String, Long> fields) {
    this.models = Map.copyOf(models);
    this.fields = Map.copyOf(fields);
  }

  /** As it is now. */
  static Layout read(Connection connection) throws SQLException {
    Map<String, Long> fields = new HashMap<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("SELECT name, id FROM fields")) {
        while (rows.next()) {
          fields.put(rows.getString(1), rows.getLong(2));
        }
      }
    }
    return new Layout(Schema.MODELS.numbers(connection), fields);
  }

  /** A model's number; empty for one that was never written. */
  OptionalLong model(StreamId id) {
    Long number = models.get(id);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** The number in the names of a member's columns; empty when it has none. */
  OptionalLong field(String name) {
    Long number = fields.get(name);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
