package org.kiln.tables;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * What rows may be taken from: our tables, what the statement itself defines, and functions that
 * make rows of their arguments. The engine has functions there that write its log, read files or
 * execute a text, so all others are refused.
 */
final class Sources {
  private static final Set<String> FUNCTIONS =
      Set.of("range", "generate_series", "unnest", "json_each", "json_tree");
  private static final String SCHEMAS = "information_schema";

  private Sources() {}

  /**
   * Looks at a whole tree.
   *
   * @throws SqlRefusal FORBIDDEN, with the name of what rows are not taken from
   */
  static void check(Ipld.Map tree, Catalog catalog) throws SqlRefusal {
    Set<String> own = new HashSet<>();
    Set<String> others = new HashSet<>();
    boolean[] store = {false};
    Syntax.walk(
        tree,
        map -> {
          store[0] |= map.text("schema_name").filter("_store"::equalsIgnoreCase).isPresent();
          if (map.entries().get("cte_map") instanceof Ipld.Map defined) {
            Syntax.walk(
                defined, inner -> inner.text("key").map(Sources::lower).ifPresent(own::add));
          }
          map.text("cte_name").map(Sources::lower).ifPresent(own::add);
        });
    if (store[0]) {
      throw new SqlRefusal(Reason.FORBIDDEN, "The schema _store is the node's own");
    }
    Syntax.walk(
        tree,
        map -> {
          if (Syntax.isA(map, "TABLE_FUNCTION")
              && map.entries().get("function") instanceof Ipld.Map function) {
            String name = lower(function.text("function_name").orElse(""));
            if (!FUNCTIONS.contains(name)) {
              others.add("the function " + name);
            }
          } else if (Syntax.isA(map, "BASE_TABLE") && !isOurs(map, own, catalog)) {
            others.add(map.text("table_name").orElse("a table without a name"));
          }
        });
    if (!others.isEmpty()) {
      throw new SqlRefusal(
          Reason.FORBIDDEN,
          "Rows are not taken from "
              + others.stream().sorted().findFirst().orElseThrow()
              + ": there are the tables of SHOW ALL TABLES, information_schema, and the functions "
              + String.join(", ", FUNCTIONS.stream().sorted().toList()));
    }
  }

  private static boolean isOurs(Ipld.Map from, Set<String> own, Catalog known) {
    String catalog = lower(from.text("catalog_name").orElse(""));
    String schema = lower(from.text("schema_name").orElse(""));
    String table = from.text("table_name").orElse("");
    return catalog.isEmpty() && schema.isEmpty() && own.contains(lower(table))
        || (catalog.isEmpty() || catalog.equals("ceramic"))
            && (schema.equals(SCHEMAS) || known.find(schema, table).isPresent());
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
