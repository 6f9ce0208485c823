package org.kiln.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kiln.api.ipld.Ipld;

/** What Ajv's strict mode refuses: keywords and types that say less than their author may think. */
final class StrictMode {
  private static final Set<String> COMMON =
      words(
          "$schema $id $defs $vocabulary $comment definitions $ref maximum minimum"
              + " exclusiveMaximum exclusiveMinimum multipleOf maxLength minLength pattern"
              + " maxProperties minProperties required maxItems minItems uniqueItems type nullable"
              + " const enum not anyOf oneOf allOf if then else propertyNames additionalProperties"
              + " dependencies properties patternProperties items contains format title"
              + " description default deprecated readOnly writeOnly examples contentMediaType"
              + " contentEncoding contentSchema formatMaximum formatMinimum formatExclusiveMaximum"
              + " formatExclusiveMinimum");
  private static final Set<String> ONLY_2020 =
      words(
          "$dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef prefixItems dependentRequired"
              + " dependentSchemas maxContains minContains unevaluatedProperties"
              + " unevaluatedItems");

  /** Keywords that say nothing about a value. */
  private static final Set<String> SILENT =
      words(
          "$schema $id $defs $vocabulary definitions title description default deprecated readOnly"
              + " writeOnly examples contentMediaType contentEncoding contentSchema");

  private static final Set<String> NUMBER =
      Set.of("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf");
  private static final Set<String> STRING =
      words(
          "maxLength minLength pattern formatMaximum formatMinimum formatExclusiveMaximum"
              + " formatExclusiveMinimum");
  private static final Set<String> ARRAY =
      words(
          "maxItems minItems prefixItems items additionalItems contains uniqueItems maxContains"
              + " minContains unevaluatedItems");
  private static final Set<String> OBJECT =
      words(
          "maxProperties minProperties required propertyNames additionalProperties dependencies"
              + " properties patternProperties dependentRequired dependentSchemas"
              + " unevaluatedProperties");

  private final SchemaDialect dialect;
  private final Budget budget;

  StrictMode(SchemaDialect dialect, Budget budget) {
    this.dialect = dialect;
    this.budget = budget;
  }

  /** Whether the schema says anything about a value at all. */
  boolean speaks(Keywords keywords) {
    for (String keyword : keywords.schema().entries().keySet()) {
      if (isKnown(keyword) && !SILENT.contains(keyword)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a schema says nothing, so that everything is right for it. */
  boolean isSilent(Ipld schema) {
    return switch (schema) {
      case null -> true;
      case Ipld.Bool bool -> bool.value();
      case Ipld.Map map -> !speaks(new Keywords(map, ""));
      default -> false;
    };
  }

  /** Whether there are keywords for values of that one type. */
  boolean speaksOf(int kind, Keywords keywords) {
    Set<String> group =
        switch (kind) {
          case JsonTypes.NUMBER -> NUMBER;
          case JsonTypes.STRING -> STRING;
          case JsonTypes.ARRAY -> ARRAY;
          case JsonTypes.OBJECT -> OBJECT;
          default -> Set.of();
        };
    boolean format = kind == JsonTypes.NUMBER || kind == JsonTypes.STRING;
    for (String keyword : keywords.schema().entries().keySet()) {
      if (isKnown(keyword) && group.contains(keyword) || format && keyword.equals("format")) {
        return true;
      }
    }
    return false;
  }

  void checkKeywords(Keywords keywords) throws SchemaException {
    if (!dialect.strictKeywords()) {
      return;
    }
    for (String keyword : keywords.schema().entries().keySet()) {
      if (keyword.equals("id")) {
        throw new SchemaException("NOT SUPPORTED: keyword \"id\", use \"$id\" for schema ID");
      }
      if (!isKnown(keyword)) {
        throw refused("unknown keyword: \"" + keyword + "\"");
      }
    }
    demand(keywords, "then", "if");
    demand(keywords, "else", "if");
    demand(keywords, "minContains", "contains");
    demand(keywords, "maxContains", "contains");
    if (keywords.has("if") && !keywords.has("then") && !keywords.has("else")) {
      throw refused("\"if\" without \"then\" and \"else\" is ignored");
    }
  }

  /**
   * Checks the types a schema names against those around it.
   *
   * @return the types that are left for schemas about the same value
   */
  List<String> checkTypes(Keywords keywords, List<String> types, Scope scope)
      throws SchemaException {
    if (!dialect.strictTypes()) {
      return scope.types();
    }
    List<String> left = scope.types();
    if (!types.isEmpty()) {
      left = left.isEmpty() ? types : narrow(types, left, scope);
    }
    if (types.size() > 1 && !(types.size() == 2 && types.contains("null"))) {
      throw refused(
          "use allowUnionTypes to allow union type keyword at \""
              + scope.at()
              + "\" (strictTypes)");
    }
    for (String keyword : keywords.schema().entries().keySet()) {
      String needed = typesOf(keyword);
      if (needed != null && left.stream().noneMatch(type -> applies(type, needed))) {
        throw refused(
            "missing type \""
                + needed
                + "\" for keyword \""
                + keyword
                + "\" at \""
                + scope.at()
                + "\" (strictTypes)");
      }
    }
    return left;
  }

  void checkRequired(List<String> required, Keywords keywords, Scope scope) throws SchemaException {
    if (!dialect.strictTypes()) {
      return;
    }
    Set<String> listed =
        keywords.has("properties") ? keywords.members("properties").keySet() : Set.of();
    for (String name : required) {
      if (!listed.contains(name) && !scope.defined().contains(name)) {
        throw refused(
            "required property \""
                + name
                + "\" is not defined at \""
                + scope.at()
                + "\" (strictRequired)");
      }
    }
  }

  void checkTuple(int length, Keywords keywords, String tuple, String rest) throws SchemaException {
    if (!dialect.strictTypes()) {
      return;
    }
    boolean least = keywords.has("minItems") && keywords.number("minItems") == length;
    boolean most = keywords.has("maxItems") && keywords.number("maxItems") == length;
    boolean closed = Ipld.FALSE.equals(keywords.raw(rest));
    if (!least || !(most || closed)) {
      throw refused(
          "\""
              + tuple
              + "\" is "
              + length
              + "-tuple, but minItems or maxItems/"
              + rest
              + " are not specified or different at path \""
              + keywords.at()
              + "\"");
    }
  }

  void checkContains(int least, int most, boolean bounded) throws SchemaException {
    if (dialect.strictKeywords() && !bounded && least == 0) {
      throw refused("\"minContains\" == 0 without \"maxContains\": \"contains\" keyword ignored");
    }
    if (dialect.strictKeywords() && bounded && least > most) {
      throw refused("\"minContains\" > \"maxContains\" is always invalid");
    }
  }

  void checkMatching(String property, EcmaPattern pattern, String source) throws SchemaException {
    if (dialect.strictKeywords() && pattern.find(property, budget)) {
      throw refused(
          "property " + property + " matches pattern " + source + " (use allowMatchingProperties)");
    }
  }

  void checkAdditionalItems() throws SchemaException {
    if (dialect.strictKeywords()) {
      throw refused("\"additionalItems\" is ignored when \"items\" is not an array of schemas");
    }
  }

  private boolean isKnown(String keyword) {
    return COMMON.contains(keyword)
        || (dialect.draft2020() ? ONLY_2020.contains(keyword) : keyword.equals("additionalItems"));
  }

  private static void demand(Keywords keywords, String keyword, String other)
      throws SchemaException {
    if (keywords.has(keyword) && !keywords.has(other)) {
      throw refused("\"" + keyword + "\" without \"" + other + "\" is ignored");
    }
  }

  private static List<String> narrow(List<String> types, List<String> around, Scope scope)
      throws SchemaException {
    for (String type : types) {
      if (!includes(around, type)) {
        throw refused(
            "type \""
                + type
                + "\" not allowed by context \""
                + String.join(",", around)
                + "\" at \""
                + scope.at()
                + "\" (strictTypes)");
      }
    }
    List<String> left = new ArrayList<>();
    for (String type : around) {
      if (includes(types, type)) {
        left.add(type);
      } else if (type.equals("number") && types.contains("integer")) {
        left.add("integer");
      }
    }
    return left;
  }

  private static boolean includes(List<String> types, String type) {
    return types.contains(type) || type.equals("integer") && types.contains("number");
  }

  private static String typesOf(String keyword) {
    if (keyword.equals("format")) {
      return "number,string";
    }
    return NUMBER.contains(keyword)
        ? "number"
        : STRING.contains(keyword)
            ? "string"
            : ARRAY.contains(keyword) ? "array" : OBJECT.contains(keyword) ? "object" : null;
  }

  private static boolean applies(String type, String needed) {
    return needed.contains(type.equals("integer") ? "number" : type);
  }

  private static SchemaException refused(String what) {
    return new SchemaException("strict mode: " + what);
  }

  private static Set<String> words(String text) {
    return Set.of(text.split(" "));
  }
}
