package org.kiln.type.model;

import java.util.List;
import java.util.Objects;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.InvalidEventException;

/**
 * What a data event may make of a Model, by ceramic-one's rules: of a version 2.0 that is no
 * interface name, description, {@code implements} and, as far as {@link SchemaChanges} finds no
 * harm in it, the schema.
 */
final class ModelUpdate {
  private ModelUpdate() {}

  /** Demands that a Model can be updated at all. */
  static void checkUpdatable(ModelDefinition before) throws InvalidEventException {
    // js-ceramic's words, which it has for every update.
    if (!before.isSecond() || before.isInterface()) {
      throw new InvalidEventException("Cannot update a finalized Model");
    }
  }

  /** Demands that one definition may follow another. */
  static void check(ModelDefinition before, ModelDefinition after, Deadline deadline)
      throws InvalidEventException {
    if (!after.isSecond()) {
      throw new InvalidEventException("Cannot change a Model's version");
    }
    if (after.isInterface()) {
      throw new InvalidEventException("Cannot make a Model an interface");
    }
    requireSame(
        "immutable fields", before.member("immutableFields"), after.member("immutableFields"));
    requireSame(
        "account relation", before.member("accountRelation"), after.member("accountRelation"));
    requireSame("relations", before.map("relations"), after.map("relations"));
    requireSame("views", before.map("views"), after.map("views"));
    List<String> harm = new SchemaChanges(deadline).breaking(before.schema(), after.schema());
    if (!harm.isEmpty()) {
      throw new InvalidEventException(
          "Cannot change the schema of a Model so that documents of it may be none: "
              + String.join("; ", harm));
    }
  }

  private static void requireSame(String what, Ipld before, Ipld after)
      throws InvalidEventException {
    if (!Objects.equals(before, after)) {
      throw new InvalidEventException("Cannot change a Model's " + what);
    }
  }
}
