package org.kiln.schema;

import java.util.Set;

/** Which keywords there are, and how strict a schema is looked at. */
public enum SchemaDialect {
  /** Draft 2020-12 in Ajv's strict mode: for Models and their documents. */
  MODEL(
      Set.of("https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/schema"),
      true),

  /** Draft-07 with strict keywords but lenient types and tuples: for Tile Documents. */
  TILE(Set.of("http://json-schema.org/draft-07/schema", "http://json-schema.org/schema"), true),

  /** Draft 2020-12 without strict checks: for the schema of schemas. */
  META(Set.of("https://json-schema.org/draft/2020-12/schema"), false);

  private final Set<String> metaSchemas;
  private final boolean strictKeywords;

  SchemaDialect(Set<String> metaSchemas, boolean strictKeywords) {
    this.metaSchemas = metaSchemas;
    this.strictKeywords = strictKeywords;
  }

  /** Whether {@code $schema} may have that value. */
  boolean knows(String metaSchema) {
    return metaSchemas.contains(
        metaSchema.endsWith("#") ? metaSchema.substring(0, metaSchema.length() - 1) : metaSchema);
  }

  boolean strictKeywords() {
    return strictKeywords;
  }

  boolean strictTypes() {
    return this == MODEL;
  }

  boolean draft2020() {
    return this != TILE;
  }
}
