package org.kiln.tables;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlTable;
import org.kiln.ipld.Json;

/**
 * A statement as the engine's parser reads it. Only a single SELECT gets here: nothing else has a
 * form that could be looked at, and so nothing else is executed.
 *
 * @param text what the engine is given: parameters by number
 * @param parameters the names of the parameters in the order of their numbers, with the dollar
 * @param node the root of the tree
 */
record Syntax(String text, List<String> parameters, Ipld.Map node) {
  /** Longer ones are made by machines, and take the parser long. */
  static final int MOST_CHARACTERS = 100_000;

  static Syntax parse(DuckDBConnection connection, String sql) throws SqlRefusal, SQLException {
    if (sql.length() > MOST_CHARACTERS) {
      throw new SqlRefusal(
          Reason.LIMIT,
          "The statement has " + sql.length() + " characters; " + MOST_CHARACTERS + " may be");
    }
    Ipld.Map tree;
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT system.main.json_serialize_sql(?::VARCHAR)::VARCHAR")) {
      statement.setString(1, sql);
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        tree = (Ipld.Map) Json.parse(found.getString(1).getBytes(StandardCharsets.UTF_8));
      }
    } catch (CodecException e) {
      throw new SqlRefusal(Reason.INVALID, "The statement is nested too deeply");
    }
    if (Ipld.TRUE.equals(tree.entries().get("error"))) {
      String message = tree.text("error_message").orElse("it cannot be read");
      throw message.contains("Only SELECT")
          ? new SqlRefusal(Reason.FORBIDDEN, "Only SELECT is answered: the tables are read-only")
          : new SqlRefusal(Reason.INVALID, "Parser error: " + message);
    }
    List<Ipld> statements = ((Ipld.List) tree.entries().get("statements")).items();
    if (statements.size() != 1) {
      throw new SqlRefusal(
          Reason.INVALID,
          statements.isEmpty()
              ? "No SQL statement was given"
              : "One statement at a time is answered, not " + statements.size());
    }
    Ipld.Map statement = (Ipld.Map) statements.get(0);
    Ipld.Map node = (Ipld.Map) statement.entries().get("node");
    Map<Long, String> named = new TreeMap<>();
    for (Ipld entry : ((Ipld.List) statement.entries().get("named_param_map")).items()) {
      Ipld.Map pair = (Ipld.Map) entry;
      named.put(number(pair, "value"), "$" + pair.text("key").orElseThrow());
    }
    List<String> parameters = new ArrayList<>(named.values());
    return new Syntax(numbered(sql, node, parameters), parameters, node);
  }

  /** The driver binds by number only. */
  private static String numbered(String sql, Ipld.Map node, List<String> parameters) {
    record Place(int at, int length, int number) {}
    List<Place> places = new ArrayList<>();
    walk(
        node,
        map -> {
          if (map.text("type").filter("VALUE_PARAMETER"::equals).isPresent()) {
            places.add(
                new Place(
                    (int) number(map, "query_location"),
                    (int) number(map, "query_location_length"),
                    parameters.indexOf("$" + map.text("identifier").orElseThrow()) + 1));
          }
        });
    places.sort(Comparator.comparingInt(Place::at).reversed());
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    for (Place place : places) {
      byte[] number = ("$" + place.number()).getBytes(StandardCharsets.UTF_8);
      byte[] next = new byte[bytes.length - place.length() + number.length];
      System.arraycopy(bytes, 0, next, 0, place.at());
      System.arraycopy(number, 0, next, place.at(), number.length);
      int rest = place.at() + place.length();
      System.arraycopy(bytes, rest, next, place.at() + number.length, bytes.length - rest);
      bytes = next;
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long number(Ipld.Map map, String name) {
    return ((Ipld.Int) map.entries().get(name)).value().longValue();
  }

  static void walk(Ipld value, Consumer<Ipld.Map> each) {
    switch (value) {
      case Ipld.Map map -> {
        each.accept(map);
        map.entries().values().forEach(inner -> walk(inner, each));
      }
      case Ipld.List list -> list.items().forEach(inner -> walk(inner, each));
      default -> {}
    }
  }

  /** The only table that rows are taken from, when it is one of ours and nothing else is. */
  Optional<SqlTable> onlyTable() {
    if (!isA(node, "SELECT_NODE")
        || !(node.entries().get("from_table") instanceof Ipld.Map from)
        || !isA(from, "BASE_TABLE")
        || tables().size() != 1) {
      return Optional.empty();
    }
    return table(from);
  }

  /** All our tables that are named anywhere, and those that are none of ours. */
  List<Optional<SqlTable>> tables() {
    List<Optional<SqlTable>> named = new ArrayList<>();
    walk(
        node,
        map -> {
          if (isA(map, "BASE_TABLE")) {
            named.add(table(map));
          }
        });
    return named;
  }

  private static Optional<SqlTable> table(Ipld.Map from) {
    return Tables.find(from.text("schema_name").orElse(""), from.text("table_name").orElse(""));
  }

  /** What is selected, in order. */
  List<Ipld.Map> selected() {
    return node.entries().get("select_list") instanceof Ipld.List list
        ? list.items().stream().map(Ipld.Map.class::cast).toList()
        : List.of();
  }

  /** What follows the conditions: order, limit, distinct. */
  List<Ipld.Map> modifiers() {
    return node.entries().get("modifiers") instanceof Ipld.List list
        ? list.items().stream().map(Ipld.Map.class::cast).toList()
        : List.of();
  }

  static boolean isA(Ipld.Map map, String type) {
    return map.text("type").filter(type::equals).isPresent();
  }
}
