package org.kiln.type.model;

import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;

/**
 * What a Model asks of its schema beyond being one: what ceramic-one asks, which is less than
 * js-ceramic does. The rest is for the door of js-ceramic's clients to ask.
 */
final class SchemaRules {
  private static final int MAX_POINTER = 1000;

  private SchemaRules() {}

  /**
   * Demands that objects take no properties they do not list, as far as ceramic-one looks: the
   * schema itself, and what stands in it as a direct member of such an object. Its {@code
   * properties} are no object of a schema, so those in them may be open.
   */
  static void check(Ipld.Map schema) throws InvalidEventException {
    if (!Ipld.of("object").equals(schema.entries().get("type"))) {
      return;
    }
    if (!Ipld.FALSE.equals(schema.entries().get("additionalProperties"))) {
      throw new InvalidEventException(
          "All objects in schema need to have additional properties disabled");
    }
    for (Ipld member : schema.entries().values()) {
      if (member instanceof Ipld.Map map) {
        check(map);
      }
    }
  }

  /** Demands that a set relation names a field; one that a document lacks counts as empty. */
  static void checkSetFields(Ipld.Map relation) throws InvalidEventException {
    if (!(relation.entries().get("fields") instanceof Ipld.List list) || list.items().isEmpty()) {
      throw new InvalidEventException(
          "At least one field must be defined for the SET account relation");
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
