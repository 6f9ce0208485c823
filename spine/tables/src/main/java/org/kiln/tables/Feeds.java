package org.kiln.tables;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.core.sql.SqlRefusal;
import org.kiln.core.sql.SqlRefusal.Reason;
import org.kiln.core.sql.SqlTable;

/**
 * What may be asked of a feed: rows as they come, so nothing that would have to see all of them
 * first.
 *
 * @param table the feed
 * @param limit the expression after LIMIT, if there is one
 * @param parameters their names in the order of their numbers
 */
record Feeds(SqlTable table, Optional<Ipld.Map> limit, List<String> parameters) {

  /**
   * The feed that a statement reads; empty when it reads none.
   *
   * @param catalog what can be asked
   * @param aggregates names of the functions that make one value of many rows
   */
  static Optional<Feeds> of(Syntax syntax, Catalog catalog, Set<String> aggregates)
      throws SqlRefusal {
    boolean named =
        syntax.tables(catalog).stream().anyMatch(table -> table.filter(Tables::isFeed).isPresent());
    if (!named) {
      return Optional.empty();
    }
    SqlTable feed =
        syntax
            .onlyTable(catalog)
            .orElseThrow(
                () -> refused("joined with other tables, or from inside another statement"));
    Optional<Ipld.Map> limit = Optional.empty();
    for (Ipld.Map modifier : syntax.modifiers()) {
      if (!Syntax.isA(modifier, "LIMIT_MODIFIER")) {
        throw refused(Syntax.isA(modifier, "ORDER_MODIFIER") ? "with ORDER BY" : "with DISTINCT");
      }
      if (modifier.entries().get("offset") instanceof Ipld.Map) {
        throw refused("with OFFSET");
      }
      limit =
          modifier.entries().get("limit") instanceof Ipld.Map some
              ? Optional.of(some)
              : Optional.empty();
    }
    if (syntax.node().entries().get("group_expressions") instanceof Ipld.List groups
        && !groups.items().isEmpty()) {
      throw refused("with GROUP BY");
    }
    for (String clause : List.of("having", "qualify", "sample")) {
      if (syntax.node().entries().get(clause) instanceof Ipld.Map) {
        throw refused("with " + clause.toUpperCase(Locale.ROOT));
      }
    }
    boolean[] gathers = {false};
    Syntax.walk(
        syntax.node(),
        map ->
            gathers[0] |=
                map.text("class").filter("WINDOW"::equals).isPresent()
                    || map.text("function_name")
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .filter(aggregates::contains)
                        .isPresent());
    if (gathers[0]) {
      throw refused("by an aggregate or a window");
    }
    return Optional.of(new Feeds(feed, limit, syntax.parameters()));
  }

  private static SqlRefusal refused(String how) {
    return new SqlRefusal(
        Reason.INVALID,
        "A feed has no end, so it cannot be read "
            + how
            + "; ask the table without _feed, or select from the feed alone with WHERE and LIMIT");
  }

  private String parameter(Ipld.Map expression) {
    return parameters.get(Integer.parseInt(expression.text("identifier").orElseThrow()) - 1);
  }

  /**
   * How many rows end the feed.
   *
   * @param values of the parameters
   * @return Long.MAX_VALUE when none do
   */
  long most(Map<String, Object> values) throws SqlRefusal {
    if (limit.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Ipld.Map expression = limit.get();
    if (Syntax.isA(expression, "VALUE_PARAMETER")
        && values.get(parameter(expression)) instanceof Long given) {
      return given;
    }
    if (expression.entries().get("literal") instanceof Ipld.Map literal) {
      try {
        return Long.parseLong(literal.text("text").orElse(""));
      } catch (NumberFormatException e) {
        // Said below.
      }
    }
    throw new SqlRefusal(Reason.INVALID, "LIMIT of a feed must be a whole number");
  }
}
