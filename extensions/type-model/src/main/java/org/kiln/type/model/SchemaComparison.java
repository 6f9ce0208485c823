package org.kiln.type.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.schema.JsonKey;

/**
 * Whether every document of one schema is one of another, as far as js-ceramic compares them: the
 * implementation may be narrower than the interface, never wider. Definitions may refer to
 * themselves; what two of them lead to is compared once.
 */
final class SchemaComparison {
  private static final int MAX_DEPTH = 500;
  private static final int MAX_DIFFERENCES = 100;
  private static final int MAX_SHOWN = 200;
  private static final Set<String> TYPES =
      Set.of("array", "object", "integer", "number", "string", "boolean", "null");

  private final Ipld.Map expectedRoot;
  private final Ipld.Map ownRoot;
  private final ComparisonCost cost;
  private final ComparedPairs pairs = new ComparedPairs();

  /**
   * A comparison.
   *
   * @param cost what this and others may cost together
   */
  SchemaComparison(Ipld.Map expected, Ipld.Map own, ComparisonCost cost) {
    this.expectedRoot = expected;
    this.ownRoot = own;
    this.cost = cost;
  }

  /** Where the implementation allows what the interface does not, a hundred places at most. */
  List<String> differences() {
    List<String> errors = new ArrayList<>();
    compare("", expectedRoot, ownRoot, 0, errors);
    return errors;
  }

  private void compare(String path, Ipld expected, Ipld own, int depth, List<String> errors) {
    if (errors.size() >= MAX_DIFFERENCES) {
      return;
    }
    if (depth > MAX_DEPTH || !cost.pay(1 + path.length() / 8)) {
      add(errors, path, "too deep to compare");
      return;
    }
    if (!(expected instanceof Ipld.Map wanted) || !(own instanceof Ipld.Map given)) {
      if (!expected.equals(own)) {
        add(errors, path, "differs");
      }
      return;
    }
    Boolean known = pairs.known(wanted, given);
    if (known != null) {
      if (!known) {
        add(errors, path, "differs as before");
      }
      return;
    }
    int assumption = pairs.assume(wanted, given);
    int before = errors.size();
    compareMaps(path, wanted, given, depth, errors);
    if (errors.size() > before) {
      pairs.refute(assumption);
    }
  }

  private void compareMaps(
      String path, Ipld.Map wanted, Ipld.Map given, int depth, List<String> errors) {
    same(path, "title", wanted, given, errors);
    if (wanted.entries().get("allOf") instanceof Ipld.List all) {
      each(path + "/allOf", all, given.entries().get("allOf"), depth, errors);
    } else if (wanted.entries().get("anyOf") instanceof Ipld.List any) {
      Ipld branches =
          given.entries().get("anyOf") instanceof Ipld.List list ? list : Ipld.list(given);
      if (!matchesSome(path, any, (Ipld.List) branches, depth)) {
        add(errors, path, "no branch of anyOf");
      }
    } else if (wanted.entries().get("oneOf") instanceof Ipld.List one) {
      each(path + "/oneOf", one, given.entries().get("oneOf"), depth, errors);
    } else if (!java.util.Objects.equals(
        wanted.entries().get("type"), given.entries().get("type"))) {
      add(errors, path, "type");
    } else {
      compareType(path, wanted, given, depth, errors);
    }
  }

  private void compareType(
      String path, Ipld.Map wanted, Ipld.Map given, int depth, List<String> errors) {
    String type = wanted.text("type").orElse("");
    if (!TYPES.contains(type)) {
      add(errors, path, "Unsupported schema type: " + type);
      return;
    }
    if (!type.equals("array") && !type.equals("object") && !type.equals("null")) {
      same(path, "const", wanted, given, errors);
    }
    switch (type) {
      case "array" -> compareArrays(path, wanted, given, depth, errors);
      case "object" -> compareObjects(path, wanted, given, depth, errors);
      case "integer", "number" -> {
        bound(path, "maximum", 1, false, wanted, given, errors);
        bound(path, "minimum", -1, false, wanted, given, errors);
        bound(path, "exclusiveMaximum", 1, true, wanted, given, errors);
        bound(path, "exclusiveMinimum", -1, true, wanted, given, errors);
      }
      case "string" -> compareStrings(path, wanted, given, errors);
      default -> {
        // Booleans and nulls have no more to say.
      }
    }
  }

  private void compareArrays(
      String path, Ipld.Map wanted, Ipld.Map given, int depth, List<String> errors) {
    limit(path, "maxItems", 1, wanted, given, errors);
    limit(path, "minItems", -1, wanted, given, errors);
    Ipld expected = SchemaRules.resolve(wanted.entries().get("items"), expectedRoot);
    Ipld own = SchemaRules.resolve(given.entries().get("items"), ownRoot);
    if (expected == null || own == null) {
      add(errors, path, "items");
    } else {
      compare(path + "/items", expected, own, depth + 1, errors);
    }
  }

  private void compareObjects(
      String path, Ipld.Map wanted, Ipld.Map given, int depth, List<String> errors) {
    Set<String> required = keys(list(given, "required"));
    for (Ipld name : list(wanted, "required")) {
      if (!required.contains(JsonKey.of(name))) {
        add(errors, path, "required " + name);
      }
    }
    Map<String, Ipld> properties = SchemaRules.properties(given);
    for (var entry : SchemaRules.properties(wanted).entrySet()) {
      String at = path + "/" + entry.getKey();
      Ipld expected = SchemaRules.resolve(entry.getValue(), expectedRoot);
      Ipld own = SchemaRules.resolve(properties.get(entry.getKey()), ownRoot);
      if (expected == null || own == null) {
        add(errors, at, "missing");
      } else {
        compare(at, expected, own, depth + 1, errors);
      }
    }
  }

  private void compareStrings(String path, Ipld.Map wanted, Ipld.Map given, List<String> errors) {
    if (wanted.entries().get("enum") instanceof Ipld.List values) {
      Ipld constant = given.entries().get("const");
      List<Ipld> own =
          constant != null && !(constant instanceof Ipld.Null)
              ? List.of(constant)
              : list(given, "enum");
      if (own.isEmpty() || !keys(values.items()).containsAll(keys(own))) {
        add(errors, path, "enum");
      }
    }
    same(path, "pattern", wanted, given, errors);
    length(path, "maxLength", 1, wanted, given, errors);
    length(path, "minLength", -1, wanted, given, errors);
  }

  private void each(String path, Ipld.List wanted, Ipld given, int depth, List<String> errors) {
    if (!(given instanceof Ipld.List own) || own.items().size() != wanted.items().size()) {
      add(errors, path, "not as many");
      return;
    }
    for (Ipld expected : wanted.items()) {
      if (!matchesSome(path, Ipld.list(expected), own, depth)) {
        add(errors, path, "one is missing");
      }
    }
  }

  private boolean matchesSome(String path, Ipld.List wanted, Ipld.List given, int depth) {
    for (Ipld expected : wanted.items()) {
      for (Ipld own : given.items()) {
        List<String> errors = new ArrayList<>();
        compare(path, expected, own, depth + 1, errors);
        if (errors.isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /** A keyword that must be the same if the interface has it. */
  private static void same(
      String path, String keyword, Ipld.Map wanted, Ipld.Map given, List<String> errors) {
    Ipld expected = wanted.entries().get(keyword);
    if (expected != null
        && !(expected instanceof Ipld.Null)
        && !expected.equals(given.entries().get(keyword))) {
      add(errors, path, keyword);
    }
  }

  /** A bound that a constant may take the place of. */
  private static void bound(
      String path,
      String keyword,
      int sign,
      boolean exclusive,
      Ipld.Map wanted,
      Ipld.Map given,
      List<String> errors) {
    Ipld constant = given.entries().get("const");
    if (!wanted.entries().containsKey(keyword)
        || constant == null
        || constant instanceof Ipld.Null) {
      limit(path, keyword, sign, wanted, given, errors);
      return;
    }
    double over = sign * (number(constant) - number(wanted.entries().get(keyword)));
    if (over > 0 || exclusive && over == 0) {
      add(errors, path, keyword);
    }
  }

  private static void length(
      String path, String keyword, int sign, Ipld.Map wanted, Ipld.Map given, List<String> errors) {
    Ipld constant = given.entries().get("const");
    if (!wanted.entries().containsKey(keyword)
        || constant == null
        || constant instanceof Ipld.Null) {
      limit(path, keyword, sign, wanted, given, errors);
    } else if (constant instanceof Ipld.Text text
        && sign * (text.value().length() - number(wanted.entries().get(keyword))) > 0) {
      add(errors, path, keyword);
    }
  }

  /** A limit the implementation must have too, and not beyond the interface's. */
  private static void limit(
      String path, String keyword, int sign, Ipld.Map wanted, Ipld.Map given, List<String> errors) {
    Ipld expected = wanted.entries().get(keyword);
    if (expected == null || expected instanceof Ipld.Null) {
      return;
    }
    Ipld own = given.entries().get(keyword);
    if (own == null || sign * (number(own) - number(expected)) > 0) {
      add(errors, path, keyword);
    }
  }

  private static void add(List<String> errors, String path, String difference) {
    String where = path.length() <= MAX_SHOWN ? path : path.substring(0, MAX_SHOWN) + "…";
    String what =
        difference.length() <= MAX_SHOWN ? difference : difference.substring(0, MAX_SHOWN) + "…";
    errors.add(where + ": " + what);
  }

  private Set<String> keys(List<Ipld> values) {
    cost.pay(values.size());
    Set<String> keys = HashSet.newHashSet(values.size());
    for (Ipld value : values) {
      keys.add(JsonKey.of(value));
    }
    return keys;
  }

  private static double number(Ipld value) {
    return switch (value) {
      case Ipld.Int number -> number.value().doubleValue();
      case Ipld.Float64 number -> number.value();
      default -> Double.NaN;
    };
  }

  private static List<Ipld> list(Ipld.Map schema, String keyword) {
    return schema.entries().get(keyword) instanceof Ipld.List list ? list.items() : List.of();
  }
}
