package org.kiln.index.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.index.FieldIndex;
import org.kiln.kit.index.sql.FieldNames;
import org.kiln.kit.index.sql.Sql;

/**
 * The database's own indexes for what models ask for: each over the three columns that its members
 * are to SQL, then created and stream, of the rows of its model that are shown. So one serves
 * equality, ranges, and the whole order of a sort in both directions. What members it is of stands
 * in its comment, since names may not be as long as fields'.
 */
final class FieldIndexes {
  /** Of the longest texts that many fit into an entry, which may have a third of a page. */
  private static final int MOST_IN_ONE = 4;

  private static final String NAMED = "kiln_field_";

  private FieldIndexes() {}

  /** Makes those that are missing, and drops those that nobody asks for any more. */
  static void agree(Connection connection, long model, List<FieldIndex> wanted)
      throws SQLException {
    String prefix = NAMED + model + "_";
    Map<String, String> superfluous = existing(connection, prefix);
    Set<String> taken = new HashSet<>(superfluous.values());
    Set<List<String>> made = new LinkedHashSet<>();
    wanted.forEach(index -> made.add(FieldNames.of(index, MOST_IN_ONE)));
    boolean fresh = false;
    for (List<String> names : made) {
      if (names.isEmpty() || superfluous.remove(comment(names)) != null) {
        continue;
      }
      int number = 1;
      while (!taken.add(prefix + number)) {
        number++;
      }
      create(connection, prefix + number, model, names);
      fresh = true;
    }
    if (fresh) {
      // Only now does it gather what it knows of the expressions of an index.
      Sessions.execute(connection, Growth.ANALYZE);
    }
    for (String name : superfluous.values()) {
      Sessions.execute(connection, "DROP INDEX " + name);
    }
  }

  /** Drops all, of whatever model. */
  static void dropAll(Connection connection) throws SQLException {
    for (String name : names(connection)) {
      Sessions.execute(connection, "DROP INDEX " + name);
    }
  }

  private static List<String> names(Connection connection) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT relname FROM pg_class WHERE relkind = 'i' AND starts_with(relname, ?)"
                + " AND relnamespace = current_schema()::regnamespace")) {
      select.setString(1, NAMED);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  /** By their comments. */
  private static Map<String, String> existing(Connection connection, String prefix)
      throws SQLException {
    Map<String, String> names = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT c.relname, obj_description(c.oid, 'pg_class') FROM pg_class c"
                + " WHERE c.relkind = 'i' AND starts_with(c.relname, ?)"
                + " AND c.relnamespace = current_schema()::regnamespace")) {
      select.setString(1, prefix);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          names.put(String.valueOf(rows.getString(2)), rows.getString(1));
        }
      }
    }
    return names;
  }

  private static String comment(List<String> names) {
    StringBuilder comment = new StringBuilder();
    names.forEach(name -> comment.append(name.length()).append(' ').append(name).append(' '));
    return comment.toString().strip();
  }

  private static void create(Connection connection, String name, long model, List<String> members)
      throws SQLException {
    StringBuilder columns = new StringBuilder();
    for (String member : members) {
      String literal = Sql.literal(member);
      columns.append(JsonbMember.rank("content", literal)).append(", ");
      columns.append(JsonbMember.number("content", literal)).append(", ");
      columns.append(JsonbMember.key("content", literal)).append(", ");
    }
    Sessions.execute(
        connection,
        "CREATE INDEX %s ON kiln_documents (%s created, stream) WHERE shown AND model = %d"
            .formatted(name, columns, model));
    Sessions.execute(
        connection, "COMMENT ON INDEX %s IS %s".formatted(name, Sql.literal(comment(members))));
  }
}
