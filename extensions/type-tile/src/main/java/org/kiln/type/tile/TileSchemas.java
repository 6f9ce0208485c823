package org.kiln.type.tile;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
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
  private static final long MAX_KILOBYTES = 20_480;

  /** By use, the one that was not used for longest first. */
  private final LinkedHashMap<CommitId, JsonSchema> compiled = new LinkedHashMap<>(16, 0.75f, true);

  private long kilobytes;

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
      JsonSchema schema = known(commit);
      if (schema == null) {
        Ipld source = context.load(commit).document().latestContent();
        schema = JsonSchema.compile(source, SchemaDialect.TILE, context.deadline());
        keep(commit, schema);
      }
      violations = schema.validate(content, context.deadline());
    } catch (SchemaException e) {
      throw new InvalidEventException("Schema " + commit + " cannot be used: " + e.getMessage(), e);
    }
    if (!violations.isEmpty()) {
      throw new InvalidEventException("Validation Error: " + Violation.text(violations));
    }
  }

  private synchronized JsonSchema known(CommitId commit) {
    return compiled.get(commit);
  }

  private synchronized void keep(CommitId commit, JsonSchema schema) {
    if (compiled.putIfAbsent(commit, schema) == null) {
      kilobytes += schema.kilobytes();
    }
    Iterator<JsonSchema> eldest = compiled.values().iterator();
    while (kilobytes > MAX_KILOBYTES && eldest.hasNext()) {
      kilobytes -= eldest.next().kilobytes();
      eldest.remove();
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
