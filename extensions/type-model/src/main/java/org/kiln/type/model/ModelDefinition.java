package org.kiln.type.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.schema.MetaSchema;
import org.kiln.schema.SchemaException;
import org.kiln.schema.Violation;

/** The content of a Model whose members have the shape its version asks for. */
final class ModelDefinition {
  private static final Set<String> MEMBERS =
      Set.of(
          "version",
          "name",
          "description",
          "schema",
          "accountRelation",
          "relations",
          "views",
          "interface",
          "implements",
          "immutableFields");

  private final Ipld.Map content;
  private final boolean second;

  private ModelDefinition(Ipld.Map content, boolean second) {
    this.content = content;
    this.second = second;
  }

  /**
   * Reads a definition.
   *
   * @param deadline when its schema must have been looked at
   * @throws InvalidEventException when a member is missing, unknown or of the wrong shape
   */
  static ModelDefinition of(Ipld.Map content, Deadline deadline) throws InvalidEventException {
    for (String member : content.entries().keySet()) {
      if (!MEMBERS.contains(member)) {
        throw new InvalidEventException(
            "Unexpected key '" + member + "' found in content for Model Stream");
      }
    }
    boolean second = content.text("version").equals(Optional.of("2.0"));
    ModelDefinition definition = new ModelDefinition(content, second);
    definition.checkShape(deadline);
    return definition;
  }

  String name() {
    return content.text("name").orElseThrow();
  }

  boolean isSecond() {
    return second;
  }

  /** Whether it has no documents of its own, but Models that implement it. */
  boolean isInterface() {
    return content.entries().get("interface") instanceof Ipld.Bool bool && bool.value();
  }

  Ipld.Map schema() {
    return map("schema");
  }

  /** A member that is a map; empty when absent. */
  Ipld.Map map(String member) {
    return content.entries().get(member) instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
  }

  /** A member that is a list; empty when absent. */
  List<Ipld> list(String member) {
    return content.entries().get(member) instanceof Ipld.List list ? list.items() : List.of();
  }

  /** A member as it is; null when absent. */
  Ipld member(String member) {
    return content.entries().get(member);
  }

  /** Checks what the members say, as far as no other stream is needed. */
  void check() throws InvalidEventException {
    SchemaRules.check(schema());
    if (map("accountRelation").text("type").equals(Optional.of("set"))) {
      SchemaRules.checkSetFields(map("accountRelation"));
    }
    Ipld.Map views = map("views");
    for (String view : views.entries().keySet()) {
      if (SchemaRules.properties(schema()).containsKey(view)) {
        throw new InvalidEventException(
            "view definition used with a property also present in schema");
      }
    }
    if (isInterface() && SchemaRules.properties(schema()).isEmpty() && views.entries().isEmpty()) {
      // The spelling is js-ceramic's; clients compare the text.
      throw new InvalidEventException(
          "Invalid interface: a least one propery or view must be present");
    }
  }

  private void checkShape(Deadline deadline) throws InvalidEventException {
    Shape shape =
        new Shape(
            "/(ModelDefinition)/" + (second ? "1(ModelDefinitionV2)" : "0(ModelDefinitionV1)"));
    checkVersion(shape);
    shape.member("name", "string").text(member("name"));
    if (has("description")) {
      shape.member("description", "string?").text(member("description"));
    }
    if (second) {
      shape.member("interface", "boolean").flag(member("interface"));
      shape.member("implements", "array").streams(member("implements"));
      if (has("immutableFields")) {
        shape.member("immutableFields", "array?").texts(member("immutableFields"));
      }
    }
    checkSchemaShape(deadline);
    checkAccountRelation(shape);
    checkRelations(shape);
    checkViews(shape);
  }

  private void checkVersion(Shape shape) throws InvalidEventException {
    String version = content.text("version").orElse("");
    if (version.equals("1.0") || second) {
      return;
    }
    if (version.matches("[0-9]{1,9}\\.[0-9]{1,9}")
        && Integer.parseInt(version.substring(0, version.indexOf('.'))) > 2) {
      throw new InvalidEventException(
          "Unsupported version "
              + version
              + " for model "
              + content.text("name").orElse("")
              + ", the maximum version supported by the Ceramic node is 2.0. Please update your"
              + " Ceramic node to a newer version supporting at least version "
              + version
              + " of the Model definition.");
    }
    throw shape.member("version", "\"1.0\"").bad(member("version"));
  }

  private void checkSchemaShape(Deadline deadline) throws InvalidEventException {
    if (!schema().text("type").equals(Optional.of("object"))) {
      throw new InvalidEventException("Input is not a JSON schema of type: object");
    }
    try {
      List<Violation> violations = MetaSchema.check(schema(), deadline);
      if (!violations.isEmpty()) {
        throw new InvalidEventException("Validation Error: " + Violation.text(violations));
      }
    } catch (SchemaException e) {
      throw new InvalidEventException(e.getMessage(), e);
    }
  }

  private void checkAccountRelation(Shape shape) throws InvalidEventException {
    Shape at =
        shape.member("accountRelation", second ? "ModelAccountRelationV2" : "ModelAccountRelation");
    Map<String, Ipld> relation = at.map(member("accountRelation"));
    String type = relation.get("type") instanceof Ipld.Text text ? text.value() : "";
    if (second && type.equals("set")) {
      at.exactly(relation, "type", "fields");
      at.member("fields", "array").texts(relation.get("fields"));
      return;
    }
    if (!(type.equals("list") || type.equals("single") || second && type.equals("none"))) {
      throw at.member("type", "\"list\"").bad(relation.get("type"));
    }
    at.exactly(relation, "type");
  }

  private void checkRelations(Shape shape) throws InvalidEventException {
    if (!has("relations")) {
      return;
    }
    Shape all = shape.member("relations", "ModelRelationsDefinition?");
    for (var entry : all.map(member("relations")).entrySet()) {
      Shape at = all.member(entry.getKey(), "ModelRelationDefinition");
      Map<String, Ipld> relation = at.map(entry.getValue());
      String type = relation.get("type") instanceof Ipld.Text text ? text.value() : "";
      switch (type) {
        case "account" -> at.exactly(relation, "type");
        case "document" -> {
          at.exactly(relation, "type", "model");
          checkModel(at, relation.get("model"), second);
        }
        default -> throw at.member("type", "\"account\"").bad(relation.get("type"));
      }
    }
  }

  private void checkViews(Shape shape) throws InvalidEventException {
    if (!has("views")) {
      return;
    }
    Shape all = shape.member("views", "ModelViewDefinition?");
    for (var entry : all.map(member("views")).entrySet()) {
      Shape at = all.member(entry.getKey(), "ModelViewDefinition");
      Map<String, Ipld> view = at.map(entry.getValue());
      String type = view.get("type") instanceof Ipld.Text text ? text.value() : "";
      boolean known =
          switch (type) {
            case "documentAccount", "documentVersion" -> {
              at.exactly(view, "type");
              yield true;
            }
            case "relationDocument", "relationFrom", "relationCountFrom" -> {
              checkRelationView(at, view, second && type.equals("relationDocument"));
              yield true;
            }
            case "relationSetFrom" -> {
              checkRelationView(at, view, false);
              yield second;
            }
            default -> false;
          };
      if (!known) {
        throw at.member("type", "\"documentAccount\"").bad(view.get("type"));
      }
    }
  }

  private static void checkRelationView(Shape at, Map<String, Ipld> view, boolean anyModel)
      throws InvalidEventException {
    at.exactly(view, "type", "model", "property");
    checkModel(at, view.get("model"), anyModel);
    at.member("property", "string").text(view.get("property"));
  }

  private static void checkModel(Shape at, Ipld model, boolean mayBeNull)
      throws InvalidEventException {
    if (!(mayBeNull && model instanceof Ipld.Null)) {
      at.member("model", "StreamID-string").stream(model);
    }
  }

  private boolean has(String member) {
    return content.entries().containsKey(member);
  }
}
