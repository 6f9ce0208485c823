package org.kiln.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.text.JsNumber;
import org.kiln.schema.Node.Rule;

/** Keywords about arrays. */
final class ArrayRules {
  /** Steps for finding an item among the others, also when their hashes are made to collide. */
  private static final int PER_UNIQUE = 12;

  private final SchemaCompiler compiler;
  private final StrictMode strict;
  private final SchemaDialect dialect;

  ArrayRules(SchemaCompiler compiler, StrictMode strict, SchemaDialect dialect) {
    this.compiler = compiler;
    this.strict = strict;
    this.dialect = dialect;
  }

  Rule[] compile(Keywords keywords, Scope scope) throws SchemaException {
    List<Rule> rules = new ArrayList<>(0);
    if (keywords.has("maxItems")) {
      int most = keywords.count("maxItems");
      String message = moreThan(JsNumber.text(keywords.number("maxItems")));
      rules.add((value, run) -> items(value).size() <= most || run.fail(message));
    }
    if (keywords.has("minItems")) {
      int least = keywords.count("minItems");
      String message =
          "must NOT have fewer than " + JsNumber.text(keywords.number("minItems")) + " items";
      rules.add((value, run) -> items(value).size() >= least || run.fail(message));
    }
    if (dialect.draft2020()) {
      items(rules, keywords, scope, "prefixItems", "items");
    } else {
      items(rules, keywords, scope, "items", "additionalItems");
    }
    if (keywords.has("contains")) {
      rules.add(contains(keywords, scope));
    }
    if (keywords.has("uniqueItems") && keywords.flag("uniqueItems")) {
      rules.add(unique(keywords));
    }
    if (dialect.draft2020() && keywords.has("unevaluatedItems")) {
      rules.add(unevaluated(keywords, scope));
    }
    return rules.toArray(Rule[]::new);
  }

  /** A tuple's places and the rest after them; the rest comes first in draft-07, as in Ajv. */
  private void items(List<Rule> rules, Keywords keywords, Scope scope, String tuple, String rest)
      throws SchemaException {
    List<Node> places = new ArrayList<>();
    boolean isTuple = keywords.raw(tuple) instanceof Ipld.List;
    boolean restIsTuple = dialect.draft2020();
    if (!isTuple && !restIsTuple) {
      if (keywords.has(rest)) {
        strict.checkAdditionalItems();
      }
      if (keywords.has(tuple)) {
        rules.add(each(compiler.compile(keywords.raw(tuple), scope.part(tuple)), 0));
      }
      return;
    }
    if (isTuple) {
      List<Ipld> schemas = keywords.nonEmptyList(tuple);
      strict.checkTuple(schemas.size(), keywords, tuple, rest);
      for (Ipld schema : schemas) {
        places.add(compiler.compile(schema, scope.part(tuple + "/" + places.size())));
      }
    } else if (keywords.has(tuple)) {
      throw keywords.bad(tuple, "array");
    }
    Rule after = null;
    if (keywords.has(rest)) {
      Ipld schema = keywords.raw(rest);
      int from = places.size();
      if (isTuple && schema.equals(Ipld.FALSE)) {
        String message = moreThan(Integer.toString(from));
        after = (value, run) -> items(value).size() <= from || run.fail(message);
      } else {
        after = each(compiler.compile(schema, scope.part(rest)), from);
      }
    }
    if (after != null && !restIsTuple) {
      rules.add(after);
    }
    if (isTuple) {
      rules.add(tuple(places));
    }
    if (after != null && restIsTuple) {
      rules.add(after);
    }
  }

  private static Rule tuple(List<Node> places) {
    return (value, run) -> {
      List<Ipld> items = items(value);
      boolean valid = true;
      for (int i = 0; i < items.size() && i < places.size(); i++) {
        valid &= run.part(places.get(i), i, items.get(i));
      }
      if (run.evaluated() != null) {
        run.evaluated().items(places.size());
      }
      return valid;
    };
  }

  private static Rule each(Node node, int from) {
    return (value, run) -> {
      List<Ipld> items = items(value);
      boolean valid = true;
      for (int i = from; i < items.size() && !node.isAlways(); i++) {
        valid &= run.part(node, i, items.get(i));
      }
      if (run.evaluated() != null) {
        run.evaluated().allItems();
      }
      return valid;
    };
  }

  private Rule contains(Keywords keywords, Scope scope) throws SchemaException {
    Node node = compiler.compile(keywords.raw("contains"), scope.part("contains"));
    boolean bounded = dialect.draft2020() && keywords.has("maxContains");
    int most = bounded ? keywords.count("maxContains") : Integer.MAX_VALUE;
    int least =
        dialect.draft2020() && keywords.has("minContains") ? keywords.count("minContains") : 1;
    strict.checkContains(least, most, bounded);
    String message =
        "must contain at least "
            + least
            + (bounded ? " and no more than " + most : "")
            + " valid item(s)";
    return (value, run) -> {
      int mark = run.mark();
      int found = 0;
      List<Ipld> items = items(value);
      for (int i = 0; i < items.size(); i++) {
        found += run.part(node, i, items.get(i)) ? 1 : 0;
        if (bounded ? found > most : found >= least) {
          break;
        }
      }
      if (run.evaluated() != null) {
        run.evaluated().allItems();
      }
      if (found >= least && found <= most) {
        run.forgetSince(mark);
        return true;
      }
      return run.fail(message);
    };
  }

  private static Rule unique(Keywords keywords) throws SchemaException {
    boolean scalars = hasScalarItems(keywords);
    return (value, run) -> {
      List<Ipld> items = items(value);
      run.spend((long) PER_UNIQUE * items.size());
      Map<String, Integer> seen = HashMap.newHashMap(items.size());
      int first = -1;
      int second = -1;
      // Ajv names the last item that has an equal before it; among scalars, the last pair.
      for (int i = items.size() - 1; i >= 0; i--) {
        Integer later = seen.put(JsonKey.of(items.get(i), run.budget()), i);
        if (later == null) {
          continue;
        }
        if (scalars) {
          first = later;
          second = i;
          break;
        }
        if (later > second) {
          first = i;
          second = later;
        }
      }
      return first < 0
          || run.fail(
              "must NOT have duplicate items (items ## "
                  + first
                  + " and "
                  + second
                  + " are identical)");
    };
  }

  private static boolean hasScalarItems(Keywords keywords) throws SchemaException {
    if (!(keywords.raw("items") instanceof Ipld.Map items)) {
      return false;
    }
    List<String> types = new Keywords(items, keywords.at() + "/items").types();
    return !types.isEmpty() && !types.contains("object") && !types.contains("array");
  }

  private Rule unevaluated(Keywords keywords, Scope scope) throws SchemaException {
    compiler.track();
    Ipld schema = keywords.raw("unevaluatedItems");
    boolean none = schema.equals(Ipld.FALSE);
    Node node = compiler.compile(schema, scope.part("unevaluatedItems"));
    return (value, run) -> {
      int from = run.evaluated().items();
      List<Ipld> items = items(value);
      boolean valid = true;
      if (none) {
        valid = items.size() <= from || run.fail(moreThan(Integer.toString(from)));
      }
      for (int i = from; !none && i < items.size(); i++) {
        valid &= run.part(node, i, items.get(i));
      }
      run.evaluated().allItems();
      return valid;
    };
  }

  private static String moreThan(String count) {
    return "must NOT have more than " + count + " items";
  }

  private static List<Ipld> items(Ipld value) {
    return ((Ipld.List) value).items();
  }
}
