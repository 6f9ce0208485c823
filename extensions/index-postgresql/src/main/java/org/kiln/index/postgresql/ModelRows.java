package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.index.FieldIndex;
import org.kiln.api.index.IndexedModel;
import org.kiln.api.stream.StreamId;

/** Rows of models. */
final class ModelRows {
  private static final String PUT =
      """
      INSERT INTO kiln_models (stream, active, filled, fill_until) VALUES (?, ?, ?, ?)
      ON CONFLICT (stream) DO UPDATE SET active = excluded.active, filled = excluded.filled,
        fill_until = excluded.fill_until
      RETURNING id\
      """;

  private ModelRows() {}

  static List<IndexedModel> read(Connection connection) throws SQLException {
    List<IndexedModel> models = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, stream, active, filled, fill_until FROM kiln_models ORDER BY id")) {
      while (rows.next()) {
        long id = rows.getLong(1);
        models.add(
            IndexedModel.of(StreamId.of(rows.getBytes(2)))
                .withActive(rows.getBoolean(3))
                .withFill(rows.getLong(4), rows.getLong(5))
                .withInterfaces(interfaces(connection, id))
                .withIndices(indices(connection, id)));
      }
    }
    return models;
  }

  private static List<StreamId> interfaces(Connection connection, long model) throws SQLException {
    List<StreamId> found = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT stream FROM kiln_model_interfaces WHERE model = ? ORDER BY ordinal")) {
      select.setLong(1, model);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(StreamId.of(rows.getBytes(1)));
        }
      }
    }
    return found;
  }

  private static List<FieldIndex> indices(Connection connection, long model) throws SQLException {
    List<List<List<String>>> found = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT ordinal, field, name FROM kiln_model_indices WHERE model = ?"
                + " ORDER BY ordinal, field, depth")) {
      select.setLong(1, model);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          at(at(found, rows.getInt(1)), rows.getInt(2)).add(rows.getString(3));
        }
      }
    }
    return found.stream().map(FieldIndex::new).toList();
  }

  private static <T> List<T> at(List<List<T>> lists, int place) {
    while (lists.size() <= place) {
      lists.add(new ArrayList<>());
    }
    return lists.get(place);
  }

  /** The numbers of all models. */
  static Map<StreamId, Long> numbers(Connection connection) throws SQLException {
    Map<StreamId, Long> numbers = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT stream, id FROM kiln_models")) {
      while (rows.next()) {
        numbers.put(StreamId.of(rows.getBytes(1)), rows.getLong(2));
      }
    }
    return Map.copyOf(numbers);
  }

  static void write(Connection connection, List<IndexedModel> models) throws SQLException {
    for (IndexedModel model : models) {
      long id = put(connection, model);
      forget(connection, "DELETE FROM kiln_model_interfaces WHERE model = ?", id);
      forget(connection, "DELETE FROM kiln_model_indices WHERE model = ?", id);
      putInterfaces(connection, id, model.interfaces());
      putIndices(connection, id, model.indices());
      // Rows of a model that was stopped are not asked for.
      FieldIndexes.agree(connection, id, model.active() ? model.indices() : List.of());
    }
  }

  private static long put(Connection connection, IndexedModel model) throws SQLException {
    try (PreparedStatement put = connection.prepareStatement(PUT)) {
      put.setBytes(1, model.id().bytes());
      put.setBoolean(2, model.active());
      put.setLong(3, model.filled());
      put.setLong(4, model.fillUntil());
      try (ResultSet row = put.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static void forget(Connection connection, String sql, long model) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setLong(1, model);
      delete.executeUpdate();
    }
  }

  private static void putInterfaces(Connection connection, long model, List<StreamId> interfaces)
      throws SQLException {
    try (PreparedStatement put =
        connection.prepareStatement(
            "INSERT INTO kiln_model_interfaces (model, ordinal, stream) VALUES (?, ?, ?)")) {
      for (int i = 0; i < interfaces.size(); i++) {
        put.setLong(1, model);
        put.setInt(2, i);
        put.setBytes(3, interfaces.get(i).bytes());
        put.executeUpdate();
      }
    }
  }

  private static void putIndices(Connection connection, long model, List<FieldIndex> indices)
      throws SQLException {
    try (PreparedStatement put =
        connection.prepareStatement(
            "INSERT INTO kiln_model_indices (model, ordinal, field, depth, name)"
                + " VALUES (?, ?, ?, ?, ?)")) {
      for (int ordinal = 0; ordinal < indices.size(); ordinal++) {
        List<List<String>> fields = indices.get(ordinal).fields();
        for (int field = 0; field < fields.size(); field++) {
          List<String> path = fields.get(field);
          for (int depth = 0; depth < path.size(); depth++) {
            put.setLong(1, model);
            put.setInt(2, ordinal);
            put.setInt(3, field);
            put.setInt(4, depth);
            put.setString(5, path.get(depth));
            put.executeUpdate();
          }
        }
      }
    }
  }
}
