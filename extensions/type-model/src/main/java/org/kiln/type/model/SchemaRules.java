package org.kiln.type.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/** What a Model asks of its schema beyond being one. */
final class SchemaRules {
  private static final Set<String> SET_FIELD_TYPES =
      Set.of("boolean", "integer", "number", "string");
  private static final int MAX_POINTER = 1000;

  private SchemaRules() {}

  /** Demands that no object, wherever it stands, takes properties it does not list. */
  static void check(Ipld schema) throws InvalidEventException {
    switch (schema) {
      case Ipld.Map map -> {
        if (Ipld.of("object").equals(map.entries().get("type"))
            && !Ipld.FALSE.equals(map.entries().get("additionalProperties"))) {
          throw new InvalidEventException(
              "All objects in schema need to have additional properties disabled");
        }
        for (Ipld member : map.entries().values()) {
          check(member);
        }
      }
      case Ipld.List list -> {
        for (Ipld item : list.items()) {
          check(item);
        }
      }
      default -> {
        // Only maps can be object schemas.
      }
    }
  }

  /** Demands that each field of a set relation is a required scalar property. */
  static void checkSetFields(Ipld.Map relation, Ipld.Map schema) throws InvalidEventException {
    List<Ipld> fields =
        relation.entries().get("fields") instanceof Ipld.List list ? list.items() : List.of();
    if (fields.isEmpty()) {
      throw new InvalidEventException(
          "At least one field must be defined for the SET account relation");
    }
    List<Ipld> required =
        schema.entries().get("required") instanceof Ipld.List list ? list.items() : List.of();
    List<String> errors = new ArrayList<>();
    for (Ipld field : fields) {
      String name = ((Ipld.Text) field).value();
      Ipld property = resolve(properties(schema).get(name), schema);
      if (property == null) {
        errors.add("Field not found in schema: " + name);
        continue;
      }
      String type = property instanceof Ipld.Map map ? map.text("type").orElse("") : "";
      if (type.isEmpty()) {
        errors.add("Missing type for field: " + name);
      } else if (!SET_FIELD_TYPES.contains(type)) {
        errors.add("Unsupported type " + type + " for field " + name);
      }
      if (!required.contains(field)) {
        errors.add("Field " + name + " must be required to be used for the SET account relation");
      }
    }
    if (!errors.isEmpty()) {
      throw new InvalidEventException(
          "Invalid schema fields for SET account relation: " + String.join("; ", errors));
    }
  }

  static Map<String, Ipld> properties(Ipld.Map schema) {
    return schema.entries().get("properties") instanceof Ipld.Map map ? map.entries() : Map.of();
  }

  /**
   * Follows a schema's reference once, within the document.
   *
   * @return the schema itself when it has none; null when it leads nowhere
   */
  static Ipld resolve(Ipld schema, Ipld.Map root) {
    if (!(schema instanceof Ipld.Map map)
        || !(map.entries().get("$ref") instanceof Ipld.Text reference)) {
      return schema;
    }
    String pointer = reference.value();
    if (!pointer.startsWith("#") || pointer.length() > MAX_POINTER) {
      return null;
    }
    Ipld at = root;
    if (pointer.length() > 1) {
      if (pointer.charAt(1) != '/') {
        return null;
      }
      for (String key : pointer.substring(2).split("/", -1)) {
        at = child(at, key.replace("~1", "/").replace("~0", "~"));
      }
    }
    return at;
  }

  private static Ipld child(Ipld parent, String key) {
    return switch (parent) {
      case Ipld.Map map -> map.entries().get(key);
      case Ipld.List list when key.matches("[0-9]{1,6}") -> {
        int index = Integer.parseInt(key);
        yield index < list.items().size() ? list.items().get(index) : null;
      }
      case null, default -> null;
    };
  }
}
