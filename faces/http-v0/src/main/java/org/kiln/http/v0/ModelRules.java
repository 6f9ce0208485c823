package org.kiln.http.v0;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;

/**
 * What js-ceramic asks of a Model's schema and ceramic-one does not. A client of js-ceramic's API
 * is held to it, so that every node of that generation takes the Model too; a Model that came by
 * another door counts here as everywhere. Stateless.
 */
final class ModelRules {
  private static final Set<String> SET_FIELD_TYPES =
      Set.of("boolean", "integer", "number", "string");
  private static final int MAX_POINTER = 1000;

  private ModelRules() {}

  /**
   * Why js-ceramic would refuse a definition that other nodes take; empty when it would not. What
   * has not the shape of one is left to those who say so.
   */
  static Optional<String> objection(Ipld content) {
    if (!(content instanceof Ipld.Map model)
        || !(model.entries().get("schema") instanceof Ipld.Map schema)) {
      return Optional.empty();
    }
    if (hasOpenObject(schema)) {
      return Optional.of("All objects in schema need to have additional properties disabled");
    }
    if (model.entries().get("accountRelation") instanceof Ipld.Map relation
        && relation.text("type").equals(Optional.of("set"))
        && relation.entries().get("fields") instanceof Ipld.List fields) {
      List<String> errors = setErrors(fields.items(), schema);
      if (!errors.isEmpty()) {
        return Optional.of(
            "Invalid schema fields for SET account relation: " + String.join("; ", errors));
      }
    }
    return Optional.empty();
  }

  /** Whether an object, wherever it stands, takes properties it does not list. */
  private static boolean hasOpenObject(Ipld schema) {
    return switch (schema) {
      case Ipld.Map map ->
          Ipld.of("object").equals(map.entries().get("type"))
                  && !Ipld.FALSE.equals(map.entries().get("additionalProperties"))
              || map.entries().values().stream().anyMatch(ModelRules::hasOpenObject);
      case Ipld.List list -> list.items().stream().anyMatch(ModelRules::hasOpenObject);
      default -> false;
    };
  }

  /** Each field of a set relation must be a required scalar property. */
  private static List<String> setErrors(List<Ipld> fields, Ipld.Map schema) {
    Map<String, Ipld> properties =
        schema.entries().get("properties") instanceof Ipld.Map map ? map.entries() : Map.of();
    List<Ipld> required =
        schema.entries().get("required") instanceof Ipld.List list ? list.items() : List.of();
    List<String> errors = new ArrayList<>();
    for (Ipld field : fields) {
      if (!(field instanceof Ipld.Text text)) {
        continue;
      }
      String name = text.value();
      Ipld property = resolve(properties.get(name), schema);
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
    return errors;
  }

  /** Follows a reference once, within the document; null when it leads nowhere. */
  private static Ipld resolve(Ipld schema, Ipld.Map root) {
    if (!(schema instanceof Ipld.Map map)
        || !(map.entries().get("$ref") instanceof Ipld.Text reference)) {
      return schema;
    }
    String pointer = reference.value();
    if (pointer.equals("#")) {
      return root;
    }
    if (!pointer.startsWith("#/") || pointer.length() > MAX_POINTER) {
      return null;
    }
    Ipld at = root;
    for (String key : pointer.substring(2).split("/", -1)) {
      at = child(at, key.replace("~1", "/").replace("~0", "~"));
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
