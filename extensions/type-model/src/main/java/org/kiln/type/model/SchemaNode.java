package org.kiln.type.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kiln.api.ipld.Ipld;

/**
 * A schema under comparison. The library that ceramic-one goes by rewrites schemas while it
 * compares them, and compares what it rewrote again: its verdict depends on that, so it is done
 * here alike. Not thread-safe.
 */
final class SchemaNode {
  private static final Set<String> ALL =
      Set.of("array", "boolean", "integer", "null", "number", "object", "string");
  private static final List<String> OF_NUMBERS =
      List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  private static final String DEFINITIONS = "#/definitions/";

  /** In steps, about what a node takes in memory. */
  private static final int NODE = 4;

  private final ComparisonCost cost;
  private Map<String, Ipld> members;
  private boolean never;
  private TreeMap<String, SchemaNode> properties;
  private SchemaNode others;
  private List<SchemaNode> items;
  private List<SchemaNode> anyOf;

  private SchemaNode(Map<String, Ipld> members, ComparisonCost cost) {
    cost.charge(NODE);
    this.cost = cost;
    this.members = members;
  }

  /**
   * A schema: an object, or true or false.
   *
   * @param cost pays for this one and for all that are made of it
   */
  static SchemaNode of(Ipld schema, ComparisonCost cost) {
    Map<String, Ipld> members = schema instanceof Ipld.Map map ? map.entries() : Map.of();
    SchemaNode node = new SchemaNode(members, cost);
    node.never = schema.equals(Ipld.FALSE);
    return node;
  }

  /** One that can be rewritten without this one. */
  SchemaNode copy() {
    SchemaNode copy = new SchemaNode(members, cost);
    copy.never = never;
    copy.takeObject(this);
    copy.items = copies(items);
    copy.anyOf = copies(anyOf);
    return copy;
  }

  private void takeObject(SchemaNode from) {
    others = from.others == null ? null : from.others.copy();
    if (from.properties != null) {
      properties = new TreeMap<>();
      from.properties.forEach((name, node) -> properties.put(name, node.copy()));
    }
  }

  private static List<SchemaNode> copies(List<SchemaNode> nodes) {
    List<SchemaNode> copies = nodes == null ? null : new ArrayList<>(nodes.size());
    if (nodes != null) {
      nodes.forEach(node -> copies.add(node.copy()));
    }
    return copies;
  }

  Ipld get(String keyword) {
    return members.get(keyword);
  }

  TreeMap<String, SchemaNode> properties() {
    if (properties == null) {
      properties = new TreeMap<>();
      if (members.get("properties") instanceof Ipld.Map map) {
        map.entries().forEach((name, schema) -> properties.put(name, of(schema, cost)));
      }
    }
    return properties;
  }

  /** What properties that are not named must be; null when nothing is said. */
  SchemaNode others() {
    Ipld schema = members.get("additionalProperties");
    if (others == null && schema != null) {
      others = of(schema, cost);
    }
    return others;
  }

  /** Whether it takes properties that it does not name, of any kind. */
  boolean isOpen() {
    Ipld schema = members.get("additionalProperties");
    return schema == null || schema.equals(Ipld.TRUE) || schema.equals(Ipld.Map.EMPTY);
  }

  /** Names of the properties that must be there. */
  Set<String> required() {
    Set<String> names = new TreeSet<>();
    if (members.get("required") instanceof Ipld.List list) {
      list.items().forEach(name -> names.add(((Ipld.Text) name).value()));
    }
    return names;
  }

  /** Schemas of items: one for all, or one for each when they are a tuple; null of none. */
  List<SchemaNode> items() {
    if (items == null && members.containsKey("items")) {
      items =
          members.get("items") instanceof Ipld.List list
              ? nodes(list)
              : List.of(of(members.get("items"), cost));
    }
    return items;
  }

  boolean isTuple() {
    return members.get("items") instanceof Ipld.List;
  }

  /** The alternatives, to be filled up in place; null when there are none. */
  List<SchemaNode> anyOf() {
    if (anyOf == null && members.get("anyOf") instanceof Ipld.List list) {
      anyOf = nodes(list);
    }
    return anyOf;
  }

  private List<SchemaNode> nodes(Ipld.List list) {
    List<SchemaNode> nodes = new ArrayList<>(list.items().size());
    list.items().forEach(schema -> nodes.add(of(schema, cost)));
    return nodes;
  }

  /** The schema whose bounds of numbers count: that of a sole alternative when it has none. */
  SchemaNode ofNumbers() {
    boolean own = OF_NUMBERS.stream().anyMatch(members::containsKey);
    return own || anyOf() == null || anyOf.size() != 1 ? this : anyOf.get(0);
  }

  /** The types it takes, each by its name. */
  Set<String> types() {
    cost.charge(1);
    Set<String> types = new TreeSet<>();
    if (never) {
      return types;
    }
    switch (members.get("type")) {
      case Ipld.Text one -> types.add(one.value());
      case Ipld.List several ->
          several.items().forEach(each -> types.add(((Ipld.Text) each).value()));
      case null, default -> implied(types);
    }
    if (types.contains("number")) {
      types.add("integer");
    }
    return types;
  }

  private void implied(Set<String> types) {
    Ipld constant = members.get("const");
    if (constant != null) {
      types.add(
          switch (constant) {
            case Ipld.Text text -> "string";
            case Ipld.Bool bool -> "boolean";
            case Ipld.Null none -> "null";
            case Ipld.List list -> "array";
            case Ipld.Int whole -> "number";
            case Ipld.Float64 broken -> "number";
            default -> "object";
          });
    } else if (!properties().isEmpty()) {
      types.add("object");
    } else if (anyOf() != null) {
      anyOf.forEach(each -> types.addAll(each.types()));
    } else if (!Ipld.TRUE.equals(members.get("not"))
        && !Ipld.Map.EMPTY.equals(members.get("not"))) {
      types.addAll(ALL);
    }
  }

  /**
   * Becomes the definition it refers to, if it does so by {@code #/definitions/} and it is there;
   * not what that in turn refers to.
   */
  void resolve(Map<String, Ipld> definitions) {
    if (members.get("$ref") instanceof Ipld.Text ref && ref.value().startsWith(DEFINITIONS)) {
      Ipld definition = definitions.get(ref.value().substring(DEFINITIONS.length()));
      if (definition != null) {
        rewrite(definition instanceof Ipld.Map map ? map.entries() : Map.of());
        never = definition.equals(Ipld.FALSE);
      }
    }
  }

  /** Makes a list of types alternatives of one type each; answers whether there was one. */
  boolean split() {
    if (!(members.get("type") instanceof Ipld.List types) || anyOf() != null) {
      return false;
    }
    List<SchemaNode> each = new ArrayList<>();
    types.items().forEach(type -> each.add(only(type)));
    rewrite(Map.of());
    anyOf = each;
    return true;
  }

  private SchemaNode only(Ipld type) {
    List<String> kept =
        switch (((Ipld.Text) type).value()) {
          case "number", "integer" -> OF_NUMBERS;
          case "object" -> List.of("properties", "required", "additionalProperties");
          case "array" -> List.of("items");
          default -> List.of();
        };
    Map<String, Ipld> own = new HashMap<>();
    own.put("type", type);
    for (String keyword : kept) {
      if (members.containsKey(keyword)) {
        own.put(keyword, members.get(keyword));
      }
    }
    SchemaNode node = new SchemaNode(own, cost);
    if (kept.contains("properties")) {
      node.takeObject(this);
    } else if (kept.contains("items")) {
      node.items = copies(items);
    }
    return node;
  }

  /** Leaves nothing of a schema with a constant but that, and of an object its properties. */
  void reduceToConstant() {
    Ipld constant = members.get("const");
    if (constant instanceof Ipld.Map map) {
      rewrite(Map.of());
      properties = new TreeMap<>();
      map.entries()
          .forEach(
              (name, value) -> {
                SchemaNode node = new SchemaNode(Map.of("const", value), cost);
                node.reduceToConstant();
                properties.put(name, node);
              });
    } else if (constant != null) {
      rewrite(Map.of("const", constant));
    }
  }

  private void rewrite(Map<String, Ipld> next) {
    members = next;
    properties = null;
    others = null;
    items = null;
    anyOf = null;
  }
}
