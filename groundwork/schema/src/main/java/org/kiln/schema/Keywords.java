package org.kiln.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;

/**
 * One schema object, read keyword by keyword with the shape each must have.
 *
 * @param schema the object
 * @param at where it stands, for messages
 */
record Keywords(Ipld.Map schema, String at) {

  boolean has(String keyword) {
    return schema.entries().containsKey(keyword);
  }

  Ipld raw(String keyword) {
    return schema.entries().get(keyword);
  }

  SchemaException bad(String keyword, String mustBe) {
    return new SchemaException("schema is invalid: " + at + "/" + keyword + " must be " + mustBe);
  }

  String text(String keyword) throws SchemaException {
    if (raw(keyword) instanceof Ipld.Text text) {
      return text.value();
    }
    throw bad(keyword, "string");
  }

  boolean flag(String keyword) throws SchemaException {
    return switch (raw(keyword)) {
      case null -> false;
      case Ipld.Bool bool -> bool.value();
      default -> throw bad(keyword, "boolean");
    };
  }

  double number(String keyword) throws SchemaException {
    double number = raw(keyword) == null ? Double.NaN : JsonTypes.number(raw(keyword));
    if (Double.isNaN(number)) {
      throw bad(keyword, "number");
    }
    return number;
  }

  /** A count; beyond an int it means no limit that could be reached. */
  int count(String keyword) throws SchemaException {
    double number = number(keyword);
    if (number < 0 || number % 1 != 0) {
      throw bad(keyword, "a non-negative integer");
    }
    return (int) Math.min(number, Integer.MAX_VALUE);
  }

  List<String> texts(String keyword) throws SchemaException {
    return texts(raw(keyword), keyword);
  }

  private List<String> texts(Ipld value, String keyword) throws SchemaException {
    if (!(value instanceof Ipld.List list)) {
      throw bad(keyword, "array");
    }
    List<String> texts = new ArrayList<>(list.items().size());
    for (Ipld item : list.items()) {
      if (!(item instanceof Ipld.Text text)) {
        throw bad(keyword, "an array of strings");
      }
      texts.add(text.value());
    }
    return texts;
  }

  List<Ipld> list(String keyword) throws SchemaException {
    if (raw(keyword) instanceof Ipld.List list) {
      return list.items();
    }
    throw bad(keyword, "array");
  }

  List<Ipld> nonEmptyList(String keyword) throws SchemaException {
    List<Ipld> list = list(keyword);
    if (list.isEmpty()) {
      throw bad(keyword, "a non-empty array");
    }
    return list;
  }

  /** The members of an object of schemas, in JavaScript's order: whole numbers first, ascending. */
  Map<String, Ipld> members(String keyword) throws SchemaException {
    if (!(raw(keyword) instanceof Ipld.Map map)) {
      throw bad(keyword, "object");
    }
    List<String> indexes = new ArrayList<>();
    for (String key : map.entries().keySet()) {
      if (isIndex(key)) {
        indexes.add(key);
      }
    }
    if (indexes.isEmpty()) {
      return map.entries();
    }
    indexes.sort(java.util.Comparator.comparingInt(Integer::parseInt));
    Map<String, Ipld> ordered = new LinkedHashMap<>();
    for (String index : indexes) {
      ordered.put(index, map.entries().get(index));
    }
    for (var entry : map.entries().entrySet()) {
      ordered.putIfAbsent(entry.getKey(), entry.getValue());
    }
    return ordered;
  }

  private static boolean isIndex(String key) {
    boolean digits = !key.isEmpty() && key.length() < 10;
    for (int i = 0; i < key.length() && digits; i++) {
      digits = key.charAt(i) >= '0' && key.charAt(i) <= '9';
    }
    return digits && (key.length() == 1 || key.charAt(0) != '0');
  }

  /** The {@code type} keyword as a list; with {@code nullable}, null is one of them. */
  List<String> types() throws SchemaException {
    List<String> types = new ArrayList<>();
    Ipld type = raw("type");
    if (type instanceof Ipld.Text text) {
      types.add(text.value());
    } else if (type != null) {
      types.addAll(texts(type, "type"));
      if (types.isEmpty() || types.stream().distinct().count() != types.size()) {
        throw bad("type", "a non-empty array without duplicates");
      }
    }
    for (String name : types) {
      if (JsonTypes.named(name) == 0) {
        throw bad("type", "equal to one of the allowed values");
      }
    }
    if (has("nullable")) {
      boolean nullable = flag("nullable");
      if (types.isEmpty()) {
        throw new SchemaException("\"nullable\" cannot be used without \"type\"");
      }
      if (types.contains("null") && !nullable) {
        throw new SchemaException("type: null contradicts nullable: false");
      }
      if (nullable && !types.contains("null")) {
        types.add("null");
      }
    }
    return types;
  }
}
