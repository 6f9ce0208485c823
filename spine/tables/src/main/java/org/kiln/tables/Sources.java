package org.kiln.tables;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * What rows may be taken from: our tables, what the statement itself defines, and functions that
 * make rows of their arguments. The engine has functions there that write its log, read files or
 * execute a text, so all others are refused. What a statement defines counts only where the engine
 * sees it: elsewhere the same name may be one of the engine's.
 */
final class Sources {
  private static final Set<String> FUNCTIONS =
      Set.of("range", "generate_series", "unnest", "json_each", "json_tree");
  private static final String SCHEMAS = "information_schema";

  /** A name that the engine could take for a file, or for one of its own, is not defined. */
  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

  private static final Pattern ENGINES =
      Pattern.compile("(duckdb|pragma|sqlite|pg)_.*|information_schema");

  private final Catalog catalog;

  /** Sorted, so that the same statement is told the same. */
  private final Set<String> others = new TreeSet<>();

  private Sources(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Looks at a whole tree.
   *
   * @throws SqlRefusal FORBIDDEN, with the name of what rows are not taken from
   */
  static void check(Ipld.Map tree, Catalog catalog) throws SqlRefusal {
    boolean[] store = {false};
    Syntax.walk(
        tree,
        map -> store[0] |= map.text("schema_name").filter("_store"::equalsIgnoreCase).isPresent());
    if (store[0]) {
      throw new SqlRefusal(Reason.FORBIDDEN, "The schema _store is the node's own");
    }
    Sources sources = new Sources(catalog);
    sources.look(tree, Set.of());
    if (!sources.others.isEmpty()) {
      throw new SqlRefusal(
          Reason.FORBIDDEN,
          "Rows are not taken from "
              + sources.others.iterator().next()
              + ": there are the tables of SHOW ALL TABLES, information_schema, what WITH names"
              + " (letters, digits, _) where it is seen, and the functions "
              + String.join(", ", new TreeSet<>(FUNCTIONS)));
    }
  }

  /**
   * Looks at a part of the tree.
   *
   * @param seen what WITH has named around it, in lower case
   */
  private void look(Ipld value, Set<String> seen) {
    switch (value) {
      case Ipld.Map map -> look(map, seen);
      case Ipld.List list -> list.items().forEach(inner -> look(inner, seen));
      default -> {}
    }
  }

  private void look(Ipld.Map map, Set<String> around) {
    Set<String> seen =
        map.entries().get("cte_map") instanceof Ipld.Map defined
            ? seenWith(defined, around)
            : around;
    if (Syntax.isA(map, "TABLE_FUNCTION")) {
      String name =
          map.entries().get("function") instanceof Ipld.Map function
              ? lower(function.text("function_name").orElse(""))
              : "";
      if (!FUNCTIONS.contains(name)) {
        others.add("the function " + name);
      }
    } else if (Syntax.isA(map, "BASE_TABLE") && !isOurs(map, seen)) {
      others.add(map.text("table_name").orElse("a table without a name"));
    }
    boolean recursive = Syntax.isA(map, "RECURSIVE_CTE_NODE");
    map.entries()
        .forEach(
            (key, inner) -> {
              if (recursive && key.equals("right")) {
                // Only what is done again sees its own rows.
                look(inner, and(seen, lower(map.text("cte_name").orElse(""))));
              } else if (!key.equals("cte_map")) {
                look(inner, seen);
              }
            });
  }

  /** Each of them sees those before it, and not itself: that would be a table of the same name. */
  private Set<String> seenWith(Ipld.Map defined, Set<String> around) {
    Set<String> seen = around;
    for (Ipld value : defined.entries().values()) {
      if (!(value instanceof Ipld.List entries)) {
        continue;
      }
      for (Ipld entry : entries.items()) {
        String name = entry instanceof Ipld.Map pair ? lower(pair.text("key").orElse("")) : "";
        if (!PLAIN.matcher(name).matches() || ENGINES.matcher(name).matches()) {
          others.add("what WITH calls \"" + name + "\"");
        }
        look(entry, seen);
        seen = and(seen, name);
      }
    }
    return seen;
  }

  private static Set<String> and(Set<String> names, String name) {
    Set<String> more = new HashSet<>(names);
    more.add(name);
    return more;
  }

  private boolean isOurs(Ipld.Map from, Set<String> seen) {
    String database = lower(from.text("catalog_name").orElse(""));
    String schema = lower(from.text("schema_name").orElse(""));
    String table = from.text("table_name").orElse("");
    return database.isEmpty() && schema.isEmpty() && seen.contains(lower(table))
        || (database.isEmpty() || database.equals("ceramic"))
            && (schema.equals(SCHEMAS) || catalog.find(schema, table).isPresent());
  }

  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
