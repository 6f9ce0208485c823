package org.kiln.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.schema.Node.Rule;

/**
 * Turns a schema into nodes. Keywords are compiled, and later run, in Ajv's order, so that messages
 * come out in the same order.
 */
final class SchemaCompiler {
  private static final int MAX_NODES = 50_000;
  private static final int MAX_DEPTH = 500;

  /**
   * Instructions of all expressions together: an expression of ten letters can count to thousands.
   */
  private static final int MAX_PATTERN_STEPS = 250_000;

  /** Bytes of names and values that the compiled schema keeps. */
  private static final long MAX_HELD = 32 << 20;

  /** Bytes that a name or a value in a set takes beyond its characters. */
  private static final int BYTES_PER_NAME = 64;

  private static final int BYTES_PER_NODE = 600;

  /** Steps for compiling a schema, for each of its keywords, and for a name in a set. */
  private static final int PER_NODE = 60;

  private static final int PER_KEYWORD = 20;
  private static final int PER_NAME = 6;
  private static final int BYTES_PER_PATTERN_STEP = 50;

  private final SchemaDialect dialect;
  private final StrictMode strict;
  private final SchemaIndex index;
  private final ValueRules values;
  private final ArrayRules arrays;
  private final ObjectRules objects;
  private final Map<Ipld, Node> referenced = new IdentityHashMap<>();
  private final Map<Ipld, Boolean> plain = new IdentityHashMap<>();
  private final Map<String, EcmaPattern> patterns = new HashMap<>();
  private final Budget budget;
  private int nodes;
  private int patternSteps;
  private long held;
  private boolean tracking;

  SchemaCompiler(SchemaDialect dialect, Ipld root, Budget budget) throws SchemaException {
    this.dialect = dialect;
    this.budget = budget;
    this.strict = new StrictMode(dialect, budget);
    this.index = new SchemaIndex(root, budget);
    this.values = new ValueRules(this, dialect);
    this.arrays = new ArrayRules(this, strict, dialect);
    this.objects = new ObjectRules(this, strict);
  }

  Node root(Ipld schema) throws SchemaException {
    if (schema instanceof Ipld.Map map && map.entries().containsKey("$schema")) {
      String named = new Keywords(map, "").text("$schema");
      if (!dialect.knows(named)) {
        throw new SchemaException("no schema with key or ref \"" + named + "\"");
      }
    }
    Node root = new Node();
    referenced.put(schema, root);
    return fill(root, schema, Scope.fresh(index.rootBase(), "#", 0));
  }

  /** An expression, compiled once however often it occurs. */
  EcmaPattern pattern(String source) throws SchemaException {
    EcmaPattern pattern = patterns.get(source);
    if (pattern == null) {
      budget.spend(2L * source.length());
      hold(List.of(source));
      pattern = EcmaPattern.compile(source);
      budget.spend(4L * pattern.size());
      patternSteps += pattern.size();
      if (patternSteps > MAX_PATTERN_STEPS) {
        throw new SchemaException("The schema's regular expressions are too large together");
      }
      patterns.put(source, pattern);
    }
    return pattern;
  }

  /** About how much memory the compiled schema takes. */
  int kilobytes() {
    long bytes =
        (long) nodes * BYTES_PER_NODE + (long) patternSteps * BYTES_PER_PATTERN_STEP + held;
    return (int) (bytes / 1024) + 1;
  }

  /** Counts names that the compiled schema keeps. */
  void hold(Collection<String> names) throws SchemaException {
    for (String name : names) {
      budget.spend(PER_NAME);
      budget.read(name.length());
      held += BYTES_PER_NAME + 2L * name.length();
    }
    if (held > MAX_HELD) {
      throw tooLarge();
    }
  }

  private static SchemaException tooLarge() {
    return new SchemaException("schema is larger or deeper than can be used");
  }

  /** Whether a keyword asks what others have looked at. */
  boolean tracking() {
    return tracking;
  }

  void track() {
    tracking = true;
  }

  Node compile(Ipld schema, Scope scope) throws SchemaException {
    return fill(new Node(), schema, scope);
  }

  private Node fill(Node node, Ipld schema, Scope around) throws SchemaException {
    if (++nodes > MAX_NODES || around.depth() > MAX_DEPTH) {
      throw tooLarge();
    }
    budget.spend(PER_NODE);
    budget.read(around.at().length());
    if (schema instanceof Ipld.Bool bool) {
      return Node.constant(bool.value());
    }
    if (!(schema instanceof Ipld.Map map)) {
      throw new SchemaException("schema is invalid: " + around.at() + " must be object,boolean");
    }
    Scope scope = around.withBase(index.base(map, around.base()));
    budget.spend((long) PER_KEYWORD * map.entries().size());
    Keywords keywords = new Keywords(map, scope.at());
    strict.checkKeywords(keywords);
    List<String> types = keywords.types();
    if (!strict.speaks(keywords)) {
      node.setRules(new Rule[0], new Rule[0], new Rule[0], new Rule[0], new Rule[0]);
      return node;
    }
    if (!isReferenceOnly(keywords)) {
      scope = scope.withTypes(strict.checkTypes(keywords, types, scope));
    }
    Rule[] any = any(keywords, scope);
    Rule[] number = values.number(keywords);
    Rule[] string = values.string(keywords);
    Rule[] array = arrays.compile(keywords, scope);
    Rule[] object = objects.compile(keywords, scope);
    int bits = 0;
    for (String type : types) {
      bits |= JsonTypes.named(type);
    }
    node.setType(bits, shown(keywords), strict.speaksOf(bits, keywords) ? bits : 0);
    node.setRules(any, number, string, array, object);
    return node;
  }

  /** The {@code type} keyword as the message names it; {@code nullable} is not told. */
  private static String shown(Keywords keywords) throws SchemaException {
    if (!keywords.has("type")) {
      return "";
    }
    return keywords.raw("type") instanceof Ipld.Text text
        ? text.value()
        : String.join(",", keywords.texts("type"));
  }

  private boolean isReferenceOnly(Keywords keywords) {
    return keywords.has("$ref")
        && !strict.speaks(new Keywords(keywords.schema().without("$ref"), keywords.at()));
  }

  private Rule[] any(Keywords keywords, Scope scope) throws SchemaException {
    List<Rule> rules = new ArrayList<>();
    for (String keyword : new String[] {"$dynamicRef", "$recursiveRef", "$ref"}) {
      if (keywords.has(keyword) && (keyword.equals("$ref") || dialect.draft2020())) {
        String reference = keywords.text(keyword);
        Node target = reference(reference, scope);
        boolean inlined = isPlain(index.resolve(scope.base(), reference).schema());
        rules.add((value, run) -> run.again(target, value, inlined));
      }
    }
    if (keywords.has("const")) {
      String wanted = JsonKey.of(keywords.raw("const"), budget);
      hold(List.of(wanted));
      rules.add(
          (value, run) ->
              JsonKey.of(value, run.budget()).equals(wanted)
                  || run.fail("must be equal to constant"));
    }
    if (keywords.has("enum")) {
      Set<String> allowed = new HashSet<>();
      for (Ipld value : keywords.list("enum")) {
        allowed.add(JsonKey.of(value, budget));
      }
      hold(allowed);
      if (allowed.isEmpty()) {
        throw new SchemaException("enum must have non-empty array");
      }
      rules.add(
          (value, run) ->
              allowed.contains(JsonKey.of(value, run.budget()))
                  || run.fail("must be equal to one of the allowed values"));
    }
    if (keywords.has("not")) {
      Node not = compile(keywords.raw("not"), scope.same("not", scope.types()));
      rules.add((value, run) -> !run.quietly(not, value) || run.fail("must NOT be valid"));
    }
    if (keywords.has("anyOf")) {
      rules.add(anyOf(all("anyOf", keywords, scope)));
    }
    if (keywords.has("oneOf")) {
      rules.add(oneOf(all("oneOf", keywords, scope)));
    }
    if (keywords.has("allOf")) {
      for (Node node : all("allOf", keywords, scope)) {
        rules.add((value, run) -> run.again(node, value, true));
      }
    }
    if (keywords.has("if")
        && !(strict.isSilent(keywords.raw("then")) && strict.isSilent(keywords.raw("else")))) {
      rules.add(condition(keywords, scope));
    }
    return rules.toArray(Rule[]::new);
  }

  private List<Node> all(String keyword, Keywords keywords, Scope scope) throws SchemaException {
    List<Node> compiled = new ArrayList<>();
    for (Ipld schema : keywords.nonEmptyList(keyword)) {
      compiled.add(compile(schema, scope.same(keyword + "/" + compiled.size(), scope.types())));
    }
    return compiled;
  }

  private Rule anyOf(List<Node> branches) {
    return (value, run) -> {
      int mark = run.mark();
      boolean valid = false;
      for (Node branch : branches) {
        valid |= run.again(branch, value);
        if (valid && run.evaluated() == null) {
          break;
        }
      }
      if (valid) {
        run.forgetSince(mark);
        return true;
      }
      return run.fail("must match a schema in anyOf");
    };
  }

  private Rule oneOf(List<Node> branches) {
    return (value, run) -> {
      int mark = run.mark();
      int valid = 0;
      for (Node branch : branches) {
        valid += run.again(branch, value) ? 1 : 0;
        if (valid > 1) {
          break;
        }
      }
      if (valid == 1) {
        run.forgetSince(mark);
        return true;
      }
      return run.fail("must match exactly one schema in oneOf");
    };
  }

  private Rule condition(Keywords keywords, Scope scope) throws SchemaException {
    Node test = compile(keywords.raw("if"), scope.same("if", scope.types()));
    Node then = branch("then", keywords, scope);
    Node otherwise = branch("else", keywords, scope);
    return (value, run) -> {
      boolean holds = run.quietly(test, value);
      return run.again(holds ? then : otherwise, value)
          || run.fail(holds ? "must match \"then\" schema" : "must match \"else\" schema");
    };
  }

  private Node branch(String keyword, Keywords keywords, Scope scope) throws SchemaException {
    return keywords.has(keyword)
        ? compile(keywords.raw(keyword), scope.same(keyword, scope.types()))
        : Node.constant(true);
  }

  /**
   * A schema without references of its own is compiled where it is used, as Ajv does, so that the
   * properties it lists count as listed there; others are compiled once.
   */
  private Node reference(String reference, Scope scope) throws SchemaException {
    SchemaIndex.Target target = index.resolve(scope.base(), reference);
    Node known = referenced.get(target.schema());
    if (known != null) {
      return known;
    }
    Scope there = Scope.fresh(target.base(), reference, scope.depth());
    if (isPlain(target.schema())) {
      return compile(
          target.schema(),
          new Scope(target.base(), reference, List.of(), scope.defined(), scope.depth() + 1));
    }
    if (!(target.schema() instanceof Ipld.Map)) {
      return compile(target.schema(), there);
    }
    Node node = new Node();
    referenced.put(target.schema(), node);
    return fill(node, target.schema(), there);
  }

  private boolean isPlain(Ipld schema) {
    Boolean known = plain.get(schema);
    if (known != null) {
      return known;
    }
    boolean result =
        switch (schema) {
          case Ipld.Map map -> {
            boolean own = true;
            for (var entry : map.entries().entrySet()) {
              boolean refers =
                  entry.getKey().equals("$ref")
                      || entry.getKey().startsWith("$dynamic")
                      || entry.getKey().startsWith("$recursive");
              own &= !refers && isPlain(entry.getValue());
            }
            yield own;
          }
          case Ipld.List list -> {
            boolean own = true;
            for (Ipld item : list.items()) {
              own &= isPlain(item);
            }
            yield own;
          }
          default -> true;
        };
    plain.put(schema, result);
    return result;
  }
}
