package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kiln.api.http.HttpProblem;
import org.kiln.api.index.IndexFilter;
import org.kiln.api.index.IndexFilter.Relation;
import org.kiln.api.ipld.Ipld;

/**
 * Reads {@code queryFilters}: {@code where}, {@code and}, {@code or} and {@code not}, each alone in
 * its object. Texts of errors are js-ceramic's. For one filter.
 */
final class FilterReader {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_CONDITIONS = 1_000;

  private int conditions;

  /**
   * Reads a filter.
   *
   * @throws HttpProblem 400 when it is none, or a bound is exceeded
   */
  IndexFilter read(Ipld.Map filter) throws HttpProblem {
    return filter.entries().isEmpty() ? IndexFilter.EVERYTHING : read(filter, 1);
  }

  private IndexFilter read(Ipld value, int depth) throws HttpProblem {
    if (depth > MAX_DEPTH) {
      throw Problems.invalid("Query filters are nested deeper than " + MAX_DEPTH + " levels");
    }
    if (!(value instanceof Ipld.Map filter)) {
      throw Problems.invalid("Invalid query: a filter is not an object");
    }
    if (filter.entries().size() > 1) {
      throw Problems.invalid(
          "Only one of where, and, or, and not can be used per query filter level");
    }
    if (filter.entries().isEmpty()) {
      throw Problems.invalid("Invalid query: undefined");
    }
    Map.Entry<String, Ipld> only = filter.entries().entrySet().iterator().next();
    return switch (only.getKey()) {
      case "where" -> where(only.getValue());
      case "and" -> new IndexFilter.All(all("and", only.getValue(), depth));
      case "or" -> new IndexFilter.Any(all("or", only.getValue(), depth));
      case "not" -> new IndexFilter.Not(read(only.getValue(), depth + 1));
      default -> throw Problems.invalid("Invalid query: " + only.getKey());
    };
  }

  private List<IndexFilter> all(String name, Ipld value, int depth) throws HttpProblem {
    if (!(value instanceof Ipld.List list)) {
      throw Problems.invalid("Invalid query: " + name + " is not a list of filters");
    }
    List<IndexFilter> filters = new ArrayList<>();
    for (Ipld item : list.items()) {
      count();
      filters.add(read(item, depth + 1));
    }
    return filters;
  }

  private IndexFilter where(Ipld value) throws HttpProblem {
    if (!(value instanceof Ipld.Map fields)) {
      throw Problems.invalid("Invalid query: where is not an object");
    }
    List<IndexFilter> filters = new ArrayList<>();
    for (Map.Entry<String, Ipld> field : fields.entries().entrySet()) {
      filters.addAll(field(field.getKey(), field.getValue()));
    }
    return new IndexFilter.All(filters);
  }

  private List<IndexFilter> field(String field, Ipld value) throws HttpProblem {
    if (!(value instanceof Ipld.Map operators)) {
      throw Problems.invalid("Invalid query: the filter of field " + field + " is not an object");
    }
    if (operators.entries().size() > 2) {
      throw Problems.invalid("Cannot combine more than 2 value filters");
    }
    List<IndexFilter> filters = new ArrayList<>();
    int below = 0;
    int above = 0;
    for (Map.Entry<String, Ipld> operator : operators.entries().entrySet()) {
      count();
      filters.add(condition(field, operator.getKey(), operator.getValue()));
      below += operator.getKey().startsWith("lessThan") ? 1 : 0;
      above += operator.getKey().startsWith("greaterThan") ? 1 : 0;
    }
    if (filters.size() == 2 && (below != 1 || above != 1)) {
      throw Problems.invalid(
          "Can only combine value filters representing valid range boundaries ex."
              + " greaterThan[orEqualto] and lessThan[orEqualTo]");
    }
    return filters;
  }

  private void count() throws HttpProblem {
    conditions++;
    if (conditions > MAX_CONDITIONS) {
      throw Problems.invalid("Query filters have more than " + MAX_CONDITIONS + " conditions");
    }
  }

  private static IndexFilter condition(String field, String operator, Ipld value)
      throws HttpProblem {
    return switch (operator) {
      case "isNull" -> {
        IndexFilter missing = new IndexFilter.Missing(field);
        yield Ipld.TRUE.equals(value) ? missing : new IndexFilter.Not(missing);
      }
      case "equalTo" -> equal(field, value);
      case "notEqualTo" -> new IndexFilter.Not(equal(field, value));
      case "in" -> in(field, value, "In query specified without array values");
      case "notIn" ->
          new IndexFilter.Not(in(field, value, "Not In query specified without array values"));
      case "lessThan" -> compare(field, Relation.LESS, value);
      case "lessThanOrEqualTo" -> compare(field, Relation.LESS_OR_EQUAL, value);
      case "greaterThan" -> compare(field, Relation.GREATER, value);
      case "greaterThanOrEqualTo" -> compare(field, Relation.GREATER_OR_EQUAL, value);
      default -> throw Problems.invalid("Invalid op " + operator);
    };
  }

  /** A field that has a value. */
  static IndexFilter equal(String field, Ipld value) throws HttpProblem {
    return compare(field, Relation.EQUAL, value);
  }

  private static IndexFilter compare(String field, Relation relation, Ipld value)
      throws HttpProblem {
    return new IndexFilter.Compare(field, relation, scalar(field, value));
  }

  private static IndexFilter in(String field, Ipld value, String empty) throws HttpProblem {
    if (!(value instanceof Ipld.List list) || list.items().isEmpty()) {
      throw Problems.invalid(empty);
    }
    for (Ipld item : list.items()) {
      scalar(field, item);
    }
    return new IndexFilter.In(field, list.items());
  }

  private static Ipld scalar(String field, Ipld value) throws HttpProblem {
    return switch (value) {
      case Ipld.Bool bool -> bool;
      case Ipld.Int number -> number;
      case Ipld.Float64 number -> number;
      case Ipld.Text text -> text;
      default ->
          throw Problems.invalid(
              "Invalid query: field "
                  + field
                  + " is compared with what is no number, text or"
                  + " boolean");
    };
  }
}
