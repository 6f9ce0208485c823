package org.kiln.tables;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.duckdb.DuckDBConnection;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.ipld.Json;

/**
 * A single SELECT, and what the engine's parser makes of it.
 *
 * @param sql the text that was parsed
 * @param names of the parameters, without the dollar, in the order of their numbers
 * @param node the root of the tree
 */
record Parsed(String sql, List<String> names, Ipld.Map node) {
  /**
   * Parses.
   *
   * @throws SqlRefusal when it is not one SELECT
   */
  static Parsed of(DuckDBConnection connection, String sql) throws SqlRefusal, SQLException {
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
    Map<Long, String> named = new TreeMap<>();
    for (Ipld entry : ((Ipld.List) statement.entries().get("named_param_map")).items()) {
      Ipld.Map pair = (Ipld.Map) entry;
      named.put(number(pair, "value"), pair.text("key").orElseThrow());
    }
    return new Parsed(sql, List.copyOf(named.values()), (Ipld.Map) statement.entries().get("node"));
  }

  static long number(Ipld.Map map, String name) {
    return ((Ipld.Int) map.entries().get(name)).value().longValue();
  }

  /** The tree without the places in the text: the same for all ways to write the same. */
  Ipld meaning() {
    return meaning(UnaryOperator.identity());
  }

  /** The tree without the places in the text, and with other names for the parameters. */
  Ipld meaning(UnaryOperator<String> names) {
    return meaning(node, names);
  }

  private static Ipld meaning(Ipld value, UnaryOperator<String> names) {
    return switch (value) {
      case Ipld.Map map -> {
        Map<String, Ipld> kept = new LinkedHashMap<>();
        boolean parameter = Syntax.isA(map, "VALUE_PARAMETER");
        map.entries()
            .forEach(
                (key, inner) -> {
                  if (parameter && key.equals("identifier")) {
                    kept.put(key, Ipld.of(names.apply(((Ipld.Text) inner).value())));
                  } else if (!key.startsWith("query_location")) {
                    kept.put(key, meaning(inner, names));
                  }
                });
        yield new Ipld.Map(kept);
      }
      case Ipld.List list -> {
        List<Ipld> items = new ArrayList<>();
        list.items().forEach(item -> items.add(meaning(item, names)));
        yield new Ipld.List(items);
      }
      default -> value;
    };
  }
}
