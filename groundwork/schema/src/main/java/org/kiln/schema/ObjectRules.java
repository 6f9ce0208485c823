package org.kiln.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.kit.text.JsNumber;
import org.kiln.schema.Node.Rule;

/** Keywords about objects. */
final class ObjectRules {
  private final SchemaCompiler compiler;
  private final StrictMode strict;

  ObjectRules(SchemaCompiler compiler, StrictMode strict) {
    this.compiler = compiler;
    this.strict = strict;
  }

  Rule[] compile(Keywords keywords, Scope scope) throws SchemaException {
    List<Rule> rules = new ArrayList<>(0);
    if (keywords.has("maxProperties")) {
      int most = keywords.count("maxProperties");
      String message = "must NOT have more than " + shown(keywords, "maxProperties");
      rules.add((value, run) -> members(value).size() <= most || run.fail(message));
    }
    if (keywords.has("minProperties")) {
      int least = keywords.count("minProperties");
      String message = "must NOT have fewer than " + shown(keywords, "minProperties");
      rules.add((value, run) -> members(value).size() >= least || run.fail(message));
    }
    if (keywords.has("required")) {
      rules.add(required(keywords, scope));
    }
    if (keywords.has("propertyNames")) {
      rules.add(
          names(
              compiler.compile(
                  keywords.raw("propertyNames"),
                  scope.part("propertyNames").withTypes(List.of("string")))));
    }
    Map<EcmaPattern, String> patterns = patterns(keywords);
    if (keywords.has("additionalProperties")) {
      rules.add(additional(keywords, scope, patterns.keySet()));
    }
    if (keywords.has("dependencies")) {
      dependencies(rules, keywords, "dependencies", scope);
    }
    if (keywords.has("properties")) {
      rules.add(properties(keywords, scope));
    }
    if (keywords.has("patternProperties")) {
      patternProperties(rules, keywords, scope, patterns);
    }
    if (keywords.has("dependentRequired")) {
      dependencies(rules, keywords, "dependentRequired", scope);
    }
    if (keywords.has("dependentSchemas")) {
      dependencies(rules, keywords, "dependentSchemas", scope);
    }
    if (keywords.has("unevaluatedProperties")) {
      rules.add(unevaluated(keywords, scope));
    }
    return rules.toArray(Rule[]::new);
  }

  private Rule required(Keywords keywords, Scope scope) throws SchemaException {
    List<String> required = List.copyOf(keywords.texts("required"));
    compiler.hold(required);
    strict.checkRequired(required, keywords, scope);
    return (value, run) -> {
      Map<String, Ipld> members = members(value);
      run.spend(2L * required.size());
      boolean valid = true;
      for (String name : required) {
        if (!members.containsKey(name)) {
          valid = run.fail("must have required property '", name, "'");
        }
      }
      return valid;
    };
  }

  private static Rule names(Node node) {
    return (value, run) -> {
      run.spend(2L * members(value).size());
      boolean valid = true;
      for (String name : members(value).keySet()) {
        if (!run.besides(node, Ipld.of(name))) {
          valid = run.fail("property name must be valid");
        }
      }
      return valid;
    };
  }

  private Map<EcmaPattern, String> patterns(Keywords keywords) throws SchemaException {
    Map<EcmaPattern, String> patterns = new LinkedHashMap<>();
    if (keywords.has("patternProperties")) {
      for (String source : keywords.members("patternProperties").keySet()) {
        patterns.put(compiler.pattern(source), source);
      }
    }
    return patterns;
  }

  private Rule additional(Keywords keywords, Scope scope, Set<EcmaPattern> patterns)
      throws SchemaException {
    Ipld schema = keywords.raw("additionalProperties");
    boolean none = schema.equals(Ipld.FALSE);
    Node node = compiler.compile(schema, scope.part("additionalProperties"));
    Set<String> listed =
        keywords.has("properties") ? Set.copyOf(keywords.members("properties").keySet()) : Set.of();
    return (value, run) -> {
      run.spend(2L * members(value).size());
      boolean valid = true;
      for (var member : members(value).entrySet()) {
        String name = member.getKey();
        if (node.isAlways() || listed.contains(name) || matches(patterns, name, run)) {
          continue;
        }
        valid &=
            none
                ? run.fail("must NOT have additional properties")
                : run.part(node, name, member.getValue());
      }
      if (run.evaluated() != null) {
        run.evaluated().allMembers();
      }
      return valid;
    };
  }

  private static boolean matches(Set<EcmaPattern> patterns, String name, Run run) {
    for (EcmaPattern pattern : patterns) {
      if (pattern.find(name, run.budget())) {
        return true;
      }
    }
    return false;
  }

  private Rule properties(Keywords keywords, Scope scope) throws SchemaException {
    Map<String, Ipld> schemas = keywords.members("properties");
    scope.defined().addAll(schemas.keySet());
    String[] names = schemas.keySet().toArray(String[]::new);
    Node[] nodes = new Node[names.length];
    for (int i = 0; i < names.length; i++) {
      nodes[i] = compiler.compile(schemas.get(names[i]), scope.part("properties/" + names[i]));
    }
    return (value, run) -> {
      Map<String, Ipld> members = members(value);
      run.spend(run.evaluated() == null ? names.length : 4L * names.length);
      boolean valid = true;
      for (int i = 0; i < names.length; i++) {
        Ipld member = members.get(names[i]);
        if (member != null && !nodes[i].isAlways()) {
          valid &= run.part(nodes[i], names[i], member);
        }
      }
      if (run.evaluated() != null) {
        for (String name : names) {
          run.evaluated().member(name);
        }
      }
      return valid;
    };
  }

  private void patternProperties(
      List<Rule> rules, Keywords keywords, Scope scope, Map<EcmaPattern, String> patterns)
      throws SchemaException {
    Map<String, Ipld> schemas = keywords.members("patternProperties");
    Set<String> properties =
        keywords.has("properties") ? keywords.members("properties").keySet() : Set.of();
    for (var entry : patterns.entrySet()) {
      EcmaPattern pattern = entry.getKey();
      for (String property : properties) {
        strict.checkMatching(property, pattern, entry.getValue());
      }
      Node node =
          compiler.compile(
              schemas.get(entry.getValue()), scope.part("patternProperties/" + entry.getValue()));
      rules.add(
          (value, run) -> {
            boolean valid = true;
            for (var member : members(value).entrySet()) {
              if (pattern.find(member.getKey(), run.budget())) {
                valid &= run.part(node, member.getKey(), member.getValue());
                if (run.evaluated() != null) {
                  run.evaluated().member(member.getKey());
                }
              }
            }
            return valid;
          });
    }
  }

  /**
   * Required properties or a schema that another property brings along; old schemas mix the two.
   */
  private void dependencies(List<Rule> rules, Keywords keywords, String keyword, Scope scope)
      throws SchemaException {
    List<Rule> schemas = new ArrayList<>();
    for (var entry : keywords.members(keyword).entrySet()) {
      String property = entry.getKey();
      if (entry.getValue() instanceof Ipld.List && !keyword.equals("dependentSchemas")) {
        Keywords lists =
            new Keywords((Ipld.Map) keywords.raw(keyword), keywords.at() + "/" + keyword);
        List<String> needed = List.copyOf(lists.texts(property));
        compiler.hold(needed);
        if (!needed.isEmpty()) {
          rules.add(needs(property, needed));
        }
      } else {
        Node node =
            compiler.compile(entry.getValue(), scope.same(keyword + "/" + property, scope.types()));
        schemas.add(
            (value, run) -> !members(value).containsKey(property) || run.again(node, value));
      }
    }
    rules.addAll(schemas);
  }

  private static Rule needs(String property, List<String> needed) {
    String message =
        "must have "
            + (needed.size() == 1 ? "property " : "properties ")
            + String.join(", ", needed)
            + " when property "
            + property
            + " is present";
    return (value, run) -> {
      Map<String, Ipld> members = members(value);
      run.spend(2L * needed.size());
      boolean valid = true;
      for (String name : needed) {
        if (members.containsKey(property) && !members.containsKey(name)) {
          valid = run.fail(message);
        }
      }
      return valid;
    };
  }

  private Rule unevaluated(Keywords keywords, Scope scope) throws SchemaException {
    compiler.track();
    Ipld schema = keywords.raw("unevaluatedProperties");
    boolean none = schema.equals(Ipld.FALSE);
    Node node = compiler.compile(schema, scope.part("unevaluatedProperties"));
    return (value, run) -> {
      run.spend(2L * members(value).size());
      boolean valid = true;
      for (var member : members(value).entrySet()) {
        if (!run.evaluated().hasMember(member.getKey())) {
          valid &=
              none
                  ? run.fail("must NOT have unevaluated properties")
                  : run.part(node, member.getKey(), member.getValue());
        }
      }
      run.evaluated().allMembers();
      return valid;
    };
  }

  private static String shown(Keywords keywords, String keyword) throws SchemaException {
    return JsNumber.text(keywords.number(keyword)) + " properties";
  }

  private static Map<String, Ipld> members(Ipld value) {
    return ((Ipld.Map) value).entries();
  }
}
