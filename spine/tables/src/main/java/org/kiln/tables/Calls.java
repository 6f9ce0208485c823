package org.kiln.tables;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;

/**
 * The functions of the engine that a statement may not call, with the reason. All others make a
 * value of their arguments; those that make rows are in {@link Sources}.
 */
final class Calls {
  private static final String SETTINGS = "tells the settings and paths of the node";
  private static final String OTHERS = "tells of the engine and not of events";
  private static final String PLANS = "looks at a text as a statement, past what is checked here";
  private static final String CHANGES = "changes what the engine keeps";
  private static final String SLEEPS = "keeps a thread and does nothing";

  private static final Map<String, String> REFUSED = refused();

  private Calls() {}

  private static Map<String, String> refused() {
    Map<String, Set<String>> reasons =
        Map.of(
            SETTINGS, Set.of("current_setting", "getenv", "getvariable", "pg_conf_load_time"),
            OTHERS,
                Set.of(
                    "current_query",
                    "current_query_id",
                    "current_connection_id",
                    "current_transaction_id",
                    "txid_current",
                    "get_block_size",
                    "stats",
                    "pg_get_viewdef",
                    "pg_get_expr",
                    "pg_get_constraintdef"),
            PLANS, Set.of("json_serialize_plan"),
            CHANGES, Set.of("write_log", "nextval", "setval", "currval"),
            SLEEPS, Set.of("sleep_ms", "pg_sleep"));
    Map<String, String> all = new TreeMap<>();
    reasons.forEach((reason, names) -> names.forEach(name -> all.put(name, reason)));
    return all;
  }

  /**
   * Looks at a whole tree.
   *
   * @throws SqlRefusal FORBIDDEN, with the name of what is called
   */
  static void check(Ipld.Map tree) throws SqlRefusal {
    Set<String> called = new TreeSet<>();
    Syntax.walk(
        tree,
        map ->
            map.text("function_name")
                .map(Sources::lower)
                .filter(REFUSED::containsKey)
                .ifPresent(called::add));
    if (!called.isEmpty()) {
      String name = called.iterator().next();
      throw new SqlRefusal(
          Reason.FORBIDDEN, "The function " + name + " is not called: it " + REFUSED.get(name));
    }
  }
}
