package org.kiln.type.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.api.stream.StreamId;
import org.kiln.schema.JsonKey;

/** Compares a Model with the interfaces it says it implements. */
final class Interfaces {
  private static final int MODEL_TYPE = 2;

  private final ApplyContext context;

  Interfaces(ApplyContext context) {
    this.context = context;
  }

  /**
   * Demands that a definition has all its interfaces have.
   *
   * @throws DependencyMissingException when an interface is not known here
   */
  void check(ModelDefinition model) throws InvalidEventException, DependencyMissingException {
    List<String> errors = new ArrayList<>();
    ComparisonCost cost = new ComparisonCost(context.deadline());
    for (Ipld item : new LinkedHashSet<>(model.list("implements"))) {
      context.deadline().throwIfExpired();
      StreamId id = StreamId.parse(((Ipld.Text) item).value());
      if (id.type() != MODEL_TYPE) {
        errors.add("StreamID " + id + " does not refer to a 'model' stream");
        continue;
      }
      Ipld content = context.load(id).document().content();
      errors.addAll(compare(id, (Ipld.Map) content, model, cost));
    }
    if (!errors.isEmpty()) {
      throw new InvalidEventException(
          "Interfaces validation failed for model "
              + model.name()
              + ": "
              + String.join("; ", errors));
    }
  }

  private static List<String> compare(
      StreamId id, Ipld.Map wanted, ModelDefinition model, ComparisonCost cost) {
    List<String> errors = new ArrayList<>();
    Ipld.Map schema = map(wanted, "schema");
    List<String> differences = new SchemaComparison(schema, model.schema(), cost).differences();
    if (!differences.isEmpty()) {
      errors.add(
          "Invalid schema implementation of interface "
              + id
              + " ("
              + String.join(", ", differences)
              + ")");
    }
    if (!contains(model.map("relations"), map(wanted, "relations"))) {
      errors.add("Invalid relations implementation of interface " + id);
    }
    if (!contains(model.map("views"), map(wanted, "views"))) {
      errors.add("Invalid views implementation of interface " + id);
    }
    if (wanted.entries().get("immutableFields") instanceof Ipld.List fields
        && !names(model.list("immutableFields")).containsAll(names(fields.items()))) {
      errors.add("Invalid immutable fields implementation of interface " + id);
    }
    return errors;
  }

  private static Set<String> names(List<Ipld> fields) {
    return fields.stream().map(JsonKey::of).collect(Collectors.toSet());
  }

  /** Whether everything wanted is there, however much more there is. */
  private static boolean contains(Ipld there, Ipld wanted) {
    if (!(wanted instanceof Ipld.Map map)) {
      return wanted.equals(there);
    }
    if (!(there instanceof Ipld.Map own)) {
      return false;
    }
    for (Map.Entry<String, Ipld> entry : map.entries().entrySet()) {
      Ipld member = own.entries().get(entry.getKey());
      if (member == null || !contains(member, entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static Ipld.Map map(Ipld.Map content, String member) {
    return content.entries().get(member) instanceof Ipld.Map map ? map : Ipld.Map.EMPTY;
  }
}
