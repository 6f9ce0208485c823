package org.kiln.type.tile;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.ApplyContext;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.schema.JsonSchema;
import org.kiln.schema.SchemaDialect;
import org.kiln.schema.SchemaException;
import org.kiln.schema.Violation;

/** The schemas tiles name: tiles themselves, at a fixed commit, so a compiled one never changes. */
final class TileSchemas {
  private static final int MAX_KEPT = 500;

  private final Map<CommitId, JsonSchema> compiled =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<CommitId, JsonSchema> eldest) {
              return size() > MAX_KEPT;
            }
          });

  /** Checks content against the schema the metadata name, if they name one. */
  void check(Ipld.Map metadata, Ipld content, ApplyContext context)
      throws InvalidEventException, DependencyMissingException {
    Ipld named = metadata.get("schema").orElse(Ipld.NULL);
    if (named instanceof Ipld.Null || named.equals(Ipld.of("")) || named.equals(Ipld.FALSE)) {
      return;
    }
    CommitId commit = commit(named);
    List<Violation> violations;
    try {
      JsonSchema schema = compiled.get(commit);
      if (schema == null) {
        Ipld source = context.load(commit).document().latestContent();
        schema = JsonSchema.compile(source, SchemaDialect.TILE);
        compiled.put(commit, schema);
      }
      violations = schema.validate(content);
    } catch (SchemaException e) {
      throw new InvalidEventException("Schema " + commit + " cannot be used: " + e.getMessage(), e);
    }
    if (!violations.isEmpty()) {
      throw new InvalidEventException("Validation Error: " + Violation.text(violations));
    }
  }

  private static CommitId commit(Ipld named) throws InvalidEventException {
    try {
      if (named instanceof Ipld.Text text) {
        return CommitId.parse(text.value());
      }
    } catch (IllegalArgumentException e) {
      throw new InvalidEventException("Commit missing when loading schema document", e);
    }
    throw new InvalidEventException("Commit missing when loading schema document");
  }
}
