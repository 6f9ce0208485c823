package org.kiln.schema;

import static org.kiln.api.ipld.Ipld.TRUE;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.util.List;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/**
 * The schema of draft 2020-12 schemas. Its vocabularies are one document here, and they refer to
 * each other by {@code #} where the original uses dynamic references; it accepts and says the same.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/schema">JSON Schema 2020-12</a>
 */
public final class MetaSchema {
  private static final Ipld SELF = map("$ref", of("#"));
  private static final Ipld MAP_OF_SELF =
      map("type", of("object"), "additionalProperties", SELF, "default", map());
  private static final Ipld TEXT = map("type", of("string"));
  private static final Ipld NUMBER = map("type", of("number"));
  private static final Ipld FLAG = map("type", of("boolean"));
  private static final Ipld REFERENCE = map("type", of("string"), "format", of("uri-reference"));
  private static final Ipld NAME =
      map("type", of("string"), "pattern", of("^[A-Za-z_][\\-A-Za-z0-9._]*$"));
  private static final Ipld SCHEMAS = ref("schemaArray");
  private static final Ipld COUNT = ref("nonNegativeInteger");
  private static final Ipld TEXTS = ref("stringArray");

  private static final JsonSchema SCHEMA = compile();

  private MetaSchema() {}

  /**
   * Judges a schema.
   *
   * @param deadline when the verdict must be there
   * @return all that is wrong with it, in Ajv's words; empty when it is a schema of draft 2020-12
   * @throws SchemaException when {@code $schema} names another draft
   */
  public static List<Violation> check(Ipld schema, Deadline deadline) throws SchemaException {
    if (schema instanceof Ipld.Map map && map.entries().containsKey("$schema")) {
      if (!(map.entries().get("$schema") instanceof Ipld.Text named)) {
        throw new SchemaException("$schema must be a string");
      }
      if (!SchemaDialect.MODEL.knows(named.value())) {
        throw new SchemaException("no schema with key or ref \"" + named.value() + "\"");
      }
    }
    return SCHEMA.validate(schema, deadline);
  }

  private static JsonSchema compile() {
    Ipld schema =
        map(
            "type",
            list(of("object"), of("boolean")),
            "allOf",
            list(
                core(),
                applicators(),
                unevaluated(),
                validation(),
                annotations(),
                format(),
                content()),
            "properties",
            map(
                "definitions",
                MAP_OF_SELF,
                "dependencies",
                map("type", of("object"), "additionalProperties", map("anyOf", list(SELF, TEXTS))),
                "$recursiveAnchor",
                NAME,
                "$recursiveRef",
                REFERENCE),
            "$defs",
            definitions());
    try {
      return JsonSchema.compile(schema, SchemaDialect.META, Deadline.NONE);
    } catch (SchemaException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Ipld core() {
    return vocabulary(
        map(
            "$id",
            map("type", of("string"), "format", of("uri-reference"), "pattern", of("^[^#]*#?$")),
            "$schema",
            map("type", of("string"), "format", of("uri")),
            "$ref",
            REFERENCE,
            "$anchor",
            NAME,
            "$dynamicRef",
            REFERENCE,
            "$dynamicAnchor",
            NAME,
            "$vocabulary",
            map(
                "type",
                of("object"),
                "propertyNames",
                map("type", of("string"), "format", of("uri")),
                "additionalProperties",
                FLAG),
            "$comment",
            TEXT,
            "$defs",
            map("type", of("object"), "additionalProperties", SELF)));
  }

  private static Ipld applicators() {
    return vocabulary(
        map(
            "prefixItems",
            SCHEMAS,
            "items",
            SELF,
            "contains",
            SELF,
            "additionalProperties",
            SELF,
            "properties",
            MAP_OF_SELF,
            "patternProperties",
            map(
                "type",
                of("object"),
                "additionalProperties",
                SELF,
                "propertyNames",
                map("format", of("regex"))),
            "dependentSchemas",
            MAP_OF_SELF,
            "propertyNames",
            SELF,
            "if",
            SELF,
            "then",
            SELF,
            "else",
            SELF,
            "allOf",
            SCHEMAS,
            "anyOf",
            SCHEMAS,
            "oneOf",
            SCHEMAS,
            "not",
            SELF));
  }

  private static Ipld unevaluated() {
    return vocabulary(map("unevaluatedItems", SELF, "unevaluatedProperties", SELF));
  }

  private static Ipld validation() {
    return vocabulary(
        map(
            "type",
            map(
                "anyOf",
                list(
                    ref("simpleTypes"),
                    map(
                        "type",
                        of("array"),
                        "items",
                        ref("simpleTypes"),
                        "minItems",
                        of(1),
                        "uniqueItems",
                        TRUE))),
            "const",
            TRUE,
            "enum",
            map("type", of("array"), "items", TRUE),
            "multipleOf",
            map("type", of("number"), "exclusiveMinimum", of(0)),
            "maximum",
            NUMBER,
            "exclusiveMaximum",
            NUMBER,
            "minimum",
            NUMBER,
            "exclusiveMinimum",
            NUMBER,
            "maxLength",
            COUNT,
            "minLength",
            COUNT,
            "pattern",
            map("type", of("string"), "format", of("regex")),
            "maxItems",
            COUNT,
            "minItems",
            COUNT,
            "uniqueItems",
            FLAG,
            "maxContains",
            COUNT,
            "minContains",
            COUNT,
            "maxProperties",
            COUNT,
            "minProperties",
            COUNT,
            "required",
            TEXTS,
            "dependentRequired",
            map("type", of("object"), "additionalProperties", TEXTS)));
  }

  private static Ipld annotations() {
    return vocabulary(
        map(
            "title",
            TEXT,
            "description",
            TEXT,
            "default",
            TRUE,
            "deprecated",
            FLAG,
            "readOnly",
            FLAG,
            "writeOnly",
            FLAG,
            "examples",
            map("type", of("array"), "items", TRUE)));
  }

  private static Ipld format() {
    return vocabulary(map("format", TEXT));
  }

  private static Ipld content() {
    return vocabulary(
        map("contentEncoding", TEXT, "contentMediaType", TEXT, "contentSchema", SELF));
  }

  private static Ipld definitions() {
    return map(
        "schemaArray",
        map("type", of("array"), "minItems", of(1), "items", SELF),
        "nonNegativeInteger",
        map("type", of("integer"), "minimum", of(0)),
        "simpleTypes",
        map(
            "enum",
            list(
                of("array"),
                of("boolean"),
                of("integer"),
                of("null"),
                of("number"),
                of("object"),
                of("string"))),
        "stringArray",
        map("type", of("array"), "items", TEXT, "uniqueItems", TRUE));
  }

  private static Ipld vocabulary(Ipld properties) {
    return map("type", list(of("object"), of("boolean")), "properties", properties);
  }

  private static Ipld ref(String name) {
    return map("$ref", of("#/$defs/" + name));
  }
}
