package org.kiln.tables;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlTable;

/**
 * A statement as the engine's parser reads it. Only a single SELECT gets here: nothing else has a
 * form that could be looked at, and so nothing else is executed.
 *
 * @param text what the engine is given: parameters by number
 * @param parameters the names of the parameters in the order of their numbers, with the dollar
 * @param node the root of the tree that the parser makes of {@code text}
 */
record Syntax(String text, List<String> parameters, Ipld.Map node) {
  /** Longer ones are made by machines, and take the parser long. */
  static final int MOST_CHARACTERS = 100_000;

  private static final Pattern SPACES =
      Pattern.compile("[\\u00a0\\u2000-\\u200d\\u202f\\u205f\\u2060\\u3000\\ufeff]");

  static Syntax parse(DuckDBConnection connection, String sql) throws SqlRefusal, SQLException {
    if (sql.length() > MOST_CHARACTERS) {
      throw new SqlRefusal(
          Reason.LIMIT,
          "The statement has " + sql.length() + " characters; " + MOST_CHARACTERS + " may be");
    }
    Parsed written = Parsed.of(connection, sql);
    if (written.names().isEmpty()) {
      return new Syntax(sql, List.of(), written.node());
    }
    return Numbered.of(connection, plainSpaces(connection, written));
  }

  /**
   * The same with plain spaces for those that word processors make, where that changes no text in
   * quotes: the parser folds them, and then counts places without them.
   */
  private static Parsed plainSpaces(DuckDBConnection connection, Parsed written)
      throws SqlRefusal, SQLException {
    String folded = SPACES.matcher(written.sql()).replaceAll(" ");
    if (folded.equals(written.sql())) {
      return written;
    }
    Parsed plain = Parsed.of(connection, folded);
    return plain.meaning().equals(written.meaning()) ? plain : written;
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
  Optional<SqlTable> onlyTable(Catalog catalog) {
    if (!isA(node, "SELECT_NODE")
        || !(node.entries().get("from_table") instanceof Ipld.Map from)
        || !isA(from, "BASE_TABLE")
        || tables(catalog).size() != 1
        || isDefined(from)) {
      return Optional.empty();
    }
    return table(from, catalog);
  }

  /** Whether WITH has another table for that name. */
  private boolean isDefined(Ipld.Map from) {
    String name = Sources.lower(from.text("table_name").orElse(""));
    boolean[] defined = {false};
    if (node.entries().get("cte_map") instanceof Ipld.Map ctes) {
      walk(
          ctes,
          map ->
              defined[0] |= map.text("key").map(Sources::lower).filter(name::equals).isPresent());
    }
    return defined[0];
  }

  /** All our tables that are named anywhere, and those that are none of ours. */
  List<Optional<SqlTable>> tables(Catalog catalog) {
    List<Optional<SqlTable>> named = new ArrayList<>();
    walk(
        node,
        map -> {
          if (isA(map, "BASE_TABLE")) {
            named.add(table(map, catalog));
          }
        });
    return named;
  }

  private static Optional<SqlTable> table(Ipld.Map from, Catalog catalog) {
    return catalog.find(from.text("schema_name").orElse(""), from.text("table_name").orElse(""));
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
