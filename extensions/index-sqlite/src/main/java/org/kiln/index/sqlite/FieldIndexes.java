package org.kiln.index.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.kiln.api.index.FieldIndex;
import org.kiln.kit.index.sql.FieldNames;
import org.kiln.kit.index.sql.Sql;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database's own indexes for what models ask for. A member of the content that is in one of
 * them is two columns of the documents, its rank and its value, which are computed and take no
 * place; an index covers those of its members, then created and stream, and only rows of its model
 * that are shown. So one serves equality, ranges, and the whole order of a sort in both directions.
 * Model and shown stand before them, though they are always the same: SQLite, which keeps no
 * statistics here, would prefer an index that begins with what the query says of them.
 */
final class FieldIndexes {
  private static final Logger LOG = LoggerFactory.getLogger(FieldIndexes.class);

  /** Two columns each; SQLite has room for 2000 in a table. */
  private static final int MOST_FIELDS = 900;

  /** Further ones hardly tell documents apart, and make each write dearer. */
  private static final int MOST_IN_ONE = 4;

  private FieldIndexes() {}

  /** Makes those that are missing, and drops those that nobody asks for any more. */
  static void agree(Connection connection, long model, List<FieldIndex> wanted)
      throws SQLException {
    String prefix = "field_" + model + "_";
    Set<String> superfluous = existing(connection, prefix);
    Set<List<String>> made = new LinkedHashSet<>();
    wanted.forEach(index -> made.add(FieldNames.of(index, MOST_IN_ONE)));
    for (List<String> names : made) {
      List<Long> fields = fields(connection, names);
      if (fields.isEmpty()) {
        continue;
      }
      String name = prefix + String.join("_", fields.stream().map(String::valueOf).toList());
      if (!superfluous.remove(name)) {
        create(connection, name, model, fields);
      }
    }
    for (String name : superfluous) {
      execute(connection, "DROP INDEX " + name);
    }
  }

  private static Set<String> existing(Connection connection, String prefix) throws SQLException {
    Set<String> names = new HashSet<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND substr(name, 1, ?) = ?")) {
      select.setInt(1, prefix.length());
      select.setString(2, prefix);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  private static List<Long> fields(Connection connection, List<String> names) throws SQLException {
    List<Long> fields = new ArrayList<>();
    for (String name : names) {
      long id = field(connection, name);
      if (id > MOST_FIELDS) {
        LOG.warn("No database index by {}: there are {} fields with one", name, MOST_FIELDS);
        break;
      }
      fields.add(id);
    }
    return fields;
  }

  /** The number of a member that is a column, made one if it is none. */
  private static long field(Connection connection, String name) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id FROM fields WHERE name = ?")) {
      select.setString(1, name);
      try (ResultSet rows = select.executeQuery()) {
        if (rows.next()) {
          return rows.getLong(1);
        }
      }
    }
    long id;
    try (Statement select = connection.createStatement();
        ResultSet rows = select.executeQuery("SELECT count(*) + 1 FROM fields")) {
      id = rows.getLong(1);
    }
    if (id > MOST_FIELDS) {
      return id;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO fields (id, name) VALUES (?, ?)")) {
      insert.setLong(1, id);
      insert.setString(2, name);
      insert.executeUpdate();
    }
    String path = Sql.literal(Values.path(name));
    String column = "ALTER TABLE documents ADD COLUMN %s%d GENERATED ALWAYS AS (%s) VIRTUAL";
    execute(connection, column.formatted("r", id, JsonMember.rank("content", path)));
    execute(connection, column.formatted("v", id, JsonMember.key("content", path)));
    return id;
  }

  private static void create(Connection connection, String name, long model, List<Long> fields)
      throws SQLException {
    StringBuilder columns = new StringBuilder();
    fields.forEach(id -> columns.append("r%d, v%d, ".formatted(id, id)));
    execute(
        connection,
        "CREATE INDEX %s ON documents (model, shown, %screated, stream) WHERE model = %d AND shown = 1"
            .formatted(name, columns, model));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
