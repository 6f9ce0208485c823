package org.kiln.kit.index.sql;

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

/** Rows of models, and of what is said of each. Immutable. */
public final class ModelRows {
  private static final String PUT =
      """
      INSERT INTO %smodels (stream, active, filled, fill_until) VALUES (?, ?, ?, ?)
      ON CONFLICT (stream) DO UPDATE SET active = excluded.active, filled = excluded.filled,
        fill_until = excluded.fill_until
      RETURNING id\
      """;

  /** The database's own indexes for what a model asks for. */
  @FunctionalInterface
  public interface Indexes {
    /**
     * Makes those that are missing, and drops those that nobody asks for any more.
     *
     * @param model its number
     */
    void agree(Connection connection, long model, List<FieldIndex> wanted) throws SQLException;
  }

  private final String prefix;
  private final Indexes indexes;

  /** Those of these tables; what a model asks for is said to the indexes. */
  public ModelRows(Tables tables, Indexes indexes) {
    this.prefix = tables.prefix();
    this.indexes = indexes;
  }

  /** All models, in the order in which they came. */
  public List<IndexedModel> read(Connection connection) throws SQLException {
    List<IndexedModel> models = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT id, stream, active, filled, fill_until FROM "
                    + prefix
                    + "models ORDER BY id")) {
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

  private List<StreamId> interfaces(Connection connection, long model) throws SQLException {
    List<StreamId> found = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT stream FROM " + prefix + "model_interfaces WHERE model = ? ORDER BY ordinal")) {
      select.setLong(1, model);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(StreamId.of(rows.getBytes(1)));
        }
      }
    }
    return found;
  }

  private List<FieldIndex> indices(Connection connection, long model) throws SQLException {
    List<List<List<String>>> found = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT ordinal, field, name FROM "
                + prefix
                + "model_indices WHERE model = ?"
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
  public Map<StreamId, Long> numbers(Connection connection) throws SQLException {
    Map<StreamId, Long> numbers = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT stream, id FROM " + prefix + "models")) {
      while (rows.next()) {
        numbers.put(StreamId.of(rows.getBytes(1)), rows.getLong(2));
      }
    }
    return Map.copyOf(numbers);
  }

  /** Puts models in the place of what was known of them. */
  public void write(Connection connection, List<IndexedModel> models) throws SQLException {
    for (IndexedModel model : models) {
      long id = put(connection, model);
      forget(connection, "model_interfaces", id);
      forget(connection, "model_indices", id);
      putInterfaces(connection, id, model.interfaces());
      putIndices(connection, id, model.indices());
      if (!model.active()) {
        // Its rows are not asked for.
        indexes.agree(connection, id, List.of());
      } else if (!model.filling()) {
        // Not before it is filled in: until then it is not asked for either, and to sort all of
        // its rows once costs less than to put each in its place.
        indexes.agree(connection, id, model.indices());
      }
    }
  }

  private long put(Connection connection, IndexedModel model) throws SQLException {
    try (PreparedStatement put = connection.prepareStatement(PUT.formatted(prefix))) {
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

  private void forget(Connection connection, String table, long model) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM " + prefix + table + " WHERE model = ?")) {
      delete.setLong(1, model);
      delete.executeUpdate();
    }
  }

  private void putInterfaces(Connection connection, long model, List<StreamId> interfaces)
      throws SQLException {
    try (PreparedStatement put =
        connection.prepareStatement(
            "INSERT INTO "
                + prefix
                + "model_interfaces (model, ordinal, stream) VALUES (?, ?, ?)")) {
      for (int i = 0; i < interfaces.size(); i++) {
        put.setLong(1, model);
        put.setInt(2, i);
        put.setBytes(3, interfaces.get(i).bytes());
        put.executeUpdate();
      }
    }
  }

  private void putIndices(Connection connection, long model, List<FieldIndex> indices)
      throws SQLException {
    try (PreparedStatement put =
        connection.prepareStatement(
            "INSERT INTO "
                + prefix
                + "model_indices (model, ordinal, field, depth, name)"
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
