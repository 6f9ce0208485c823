package org.kiln.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kiln.api.ipld.Ipld.FALSE;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

@Timeout(60)
class JsonSchemaTest {

  @Test
  void shouldTakeIntegersBeyondTheSafeRangeForNoNumbers() throws Exception {
    JsonSchema schema = model(map("type", of("integer")));
    Ipld safe = new Ipld.Int(BigInteger.TWO.pow(53).subtract(BigInteger.ONE));
    Ipld unsafe = new Ipld.Int(BigInteger.TWO.pow(53));
    assertThat(schema.validate(safe, Deadline.NONE)).isEmpty();
    assertThat(schema.validate(new Ipld.Float64(2), Deadline.NONE)).isEmpty();
    assertThat(Violation.text(schema.validate(unsafe, Deadline.NONE)))
        .isEqualTo("data must be integer");
  }

  @Test
  void shouldTakeBytesAndLinksForNoJson() throws Exception {
    JsonSchema schema = model(map("type", of("object")));
    assertThat(schema.validate(new Ipld.Bytes(new byte[1]), Deadline.NONE)).hasSize(1);
  }

  @Test
  void shouldFollowReferencesThatRecurOverTheValue() throws Exception {
    Ipld node =
        map(
            "type",
            of("object"),
            "properties",
            map("next", map("$ref", of("#/$defs/node"))),
            "additionalProperties",
            FALSE);
    JsonSchema schema =
        model(
            map(
                "type",
                of("object"),
                "properties",
                map("first", map("$ref", of("#/$defs/node"))),
                "$defs",
                map("node", node)));
    assertThat(schema.validate(map("first", map("next", map("next", map()))), Deadline.NONE))
        .isEmpty();
    assertThat(
            Violation.text(
                schema.validate(map("first", map("next", map("x", of(1)))), Deadline.NONE)))
        .isEqualTo("data/first/next must NOT have additional properties");
  }

  @Test
  void shouldResolveIdsAndAnchorsInside() throws Exception {
    Ipld schema =
        map(
            "$id",
            of("https://example.com/root"),
            "type",
            of("object"),
            "properties",
            map(
                "a",
                map("$ref", of("https://example.com/item")),
                "b",
                map("$ref", of("item#name"))),
            "$defs",
            map(
                "item",
                map(
                    "$id",
                    of("item"),
                    "type",
                    of("string"),
                    "$defs",
                    map("n", map("$dynamicAnchor", of("name"), "type", of("number"))))));
    JsonSchema compiled = model(schema);
    assertThat(compiled.validate(map("a", of("x"), "b", of(1)), Deadline.NONE)).isEmpty();
    assertThat(Violation.text(compiled.validate(map("a", of(1), "b", of("x")), Deadline.NONE)))
        .isEqualTo("data/a must be string, data/b must be number");
  }

  @Test
  void shouldEndOnReferencesThatGoRoundInCircles() throws Exception {
    JsonSchema circle = model(map("$ref", of("#")));
    assertThat(Violation.text(circle.validate(of(1), Deadline.NONE)))
        .contains("cannot be validated");
    Map<String, Ipld> definitions = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      Ipld next = map("$ref", of("#/$defs/d" + (i + 1)));
      definitions.put("d" + i, map("allOf", list(next, next)));
    }
    definitions.put("d60", map("type", of("string")));
    JsonSchema doubling = model(map("$ref", of("#/$defs/d0"), "$defs", new Ipld.Map(definitions)));
    assertThat(Violation.text(doubling.validate(of("x"), Deadline.NONE)))
        .contains("cannot be validated");
  }

  @Test
  void shouldStandDeepValuesOnALittleStack() throws Exception {
    JsonSchema schema = model(map("type", of("array"), "items", map("$ref", of("#"))));
    Ipld deep = list();
    for (int i = 0; i < 5_000; i++) {
      deep = list(deep);
    }
    Ipld value = deep;
    List<List<Violation>> result = new ArrayList<>();
    Thread thread =
        new Thread(
            null, () -> result.add(schema.validate(value, Deadline.NONE)), "small", 256 * 1024);
    thread.start();
    thread.join(Duration.ofSeconds(30));
    assertThat(result).hasSize(1);
    assertThat(Violation.text(result.get(0))).contains("cannot be validated");
  }

  @Test
  void shouldMatchWickedPatternsInLinearTime() throws Exception {
    JsonSchema schema =
        model(map("type", of("string"), "pattern", of("^(a+)+$|^(a|aa)+b$|(.*)*x")));
    assertThat(schema.validate(of("a".repeat(20_000) + "!"), Deadline.NONE)).hasSize(1);
    assertThat(schema.validate(of("a".repeat(20_000)), Deadline.NONE)).isEmpty();
  }

  @Test
  void shouldFindDuplicatesAmongManyItems() throws Exception {
    JsonSchema schema = model(map("type", of("array"), "uniqueItems", Ipld.TRUE));
    List<Ipld> items = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      items.add(map("n", of(i)));
    }
    assertThat(schema.validate(new Ipld.List(items), Deadline.NONE)).isEmpty();
    items.add(map("n", new Ipld.Float64(3)));
    assertThat(Violation.text(schema.validate(new Ipld.List(items), Deadline.NONE)))
        .isEqualTo("data must NOT have duplicate items (items ## 3 and 100000 are identical)");
  }

  @Test
  void rejectsSchemasThatAreTooLarge() {
    Ipld deep = map("type", of("string"));
    for (int i = 0; i < 2_000; i++) {
      deep = map("not", deep);
    }
    Ipld tooDeep = deep;
    assertThatThrownBy(() -> model(tooDeep)).hasMessageContaining("deeper");
    Ipld counted = map("type", of("string"), "pattern", of("((a{1000}){1000}){1000}"));
    assertThatThrownBy(() -> model(counted)).hasMessageContaining("too large");
    Ipld empty = map("type", of("string"), "pattern", of("(){1000000000}"));
    assertThat(empty)
        .satisfies(schema -> assertThat(model(schema).validate(of(""), Deadline.NONE)).isEmpty());
  }

  @Test
  void rejectsManyExpressionsThatAreLargeTogether() throws Exception {
    Map<String, Ipld> properties = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      properties.put("p" + i, map("type", of("string"), "pattern", of("(a{100}){100}" + i)));
    }
    JsonSchema few = model(map("type", of("object"), "properties", new Ipld.Map(properties)));
    assertThat(few.kilobytes()).isBetween(500, 10_000);
    for (int i = 10; i < 40; i++) {
      properties.put("p" + i, map("type", of("string"), "pattern", of("(a{100}){100}" + i)));
    }
    assertThatThrownBy(
            () -> model(map("type", of("object"), "properties", new Ipld.Map(properties))))
        .isInstanceOf(SchemaException.class)
        .hasMessage("The schema's regular expressions are too large together");
    // The same one many times costs once.
    properties.replaceAll(
        (name, same) -> map("type", of("string"), "pattern", of("(a{100}){100}")));
    JsonSchema same = model(map("type", of("object"), "properties", new Ipld.Map(properties)));
    assertThat(same.kilobytes()).isLessThan(few.kilobytes());
  }

  @Test
  void rejectsAnExpressionThatIsLargeWhereItLooksAhead() {
    Ipld schema = map("type", of("string"), "pattern", of("(?=(a{100}){100})".repeat(3)));
    assertThatThrownBy(() -> model(schema)).hasMessageContaining("too large");
  }

  @Test
  void shouldCompileAMegabyte() throws Exception {
    Map<String, Ipld> properties = new LinkedHashMap<>();
    for (int i = 0; i < 16_000; i++) {
      properties.put(
          "property" + i,
          map("type", of("string"), "maxLength", of(10), "pattern", of("^[a-z]*$")));
    }
    Ipld large =
        map(
            "type",
            of("object"),
            "properties",
            new Ipld.Map(properties),
            "additionalProperties",
            FALSE);
    assertThat(MetaSchema.check(large, Deadline.NONE)).isEmpty();
    JsonSchema schema = model(large);
    assertThat(schema.validate(map("property15999", of("abc")), Deadline.NONE)).isEmpty();
    assertThat(Violation.text(schema.validate(map("property15999", of("ABC")), Deadline.NONE)))
        .isEqualTo("data/property15999 must match pattern \"^[a-z]*$\"");
  }

  @Test
  void rejectsReferencesToOtherDocuments() {
    assertThatThrownBy(() -> model(map("$ref", of("https://example.com/other"))))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("can't resolve reference");
  }

  @Test
  void shouldBeLenientWithTypesOfTileSchemas() throws Exception {
    JsonSchema schema =
        JsonSchema.compile(
            map(
                "$schema",
                of("http://json-schema.org/draft-07/schema#"),
                "type",
                list(of("array"), of("string")),
                "minLength",
                of(1),
                "items",
                list(map("type", of("string"))),
                "additionalItems",
                FALSE),
            SchemaDialect.TILE,
            Deadline.NONE);
    assertThat(schema.validate(list(of("a")), Deadline.NONE)).isEmpty();
    assertThat(Violation.text(schema.validate(list(of(1), of(2)), Deadline.NONE)))
        .isEqualTo("data must NOT have more than 1 items, data/0 must be string");
    assertThatThrownBy(
            () -> JsonSchema.compile(map("prefixItems", list()), SchemaDialect.TILE, Deadline.NONE))
        .hasMessage("strict mode: unknown keyword: \"prefixItems\"");
  }

  private static JsonSchema model(Ipld schema) throws SchemaException {
    return JsonSchema.compile(schema, SchemaDialect.MODEL, Deadline.NONE);
  }
}
