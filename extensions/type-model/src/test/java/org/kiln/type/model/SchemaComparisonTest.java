package org.kiln.type.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

class SchemaComparisonTest {

  @Test
  void shouldAllowTheImplementationToBeNarrower() {
    Ipld text = map("type", of("string"), "maxLength", of(10), "enum", list(of("a"), of("b")));
    Ipld narrow = map("type", of("string"), "maxLength", of(5), "enum", list(of("a")));
    assertThat(differences(text, narrow)).isEmpty();
    assertThat(differences(narrow, text)).containsExactly("/x: enum", "/x: maxLength");
    assertThat(differences(text, map("type", of("string"), "const", of("a")))).isEmpty();
    assertThat(differences(text, map("type", of("string"), "const", of("c"))))
        .containsExactly("/x: enum");
  }

  @Test
  void shouldCompareNumbersListsAndBranches() {
    Ipld number = map("type", of("number"), "minimum", of(1), "exclusiveMaximum", of(5));
    assertThat(differences(number, map("type", of("number"), "const", of(5))))
        .containsExactly("/x: exclusiveMaximum");
    assertThat(
            differences(
                number, map("type", of("number"), "minimum", of(2), "exclusiveMaximum", of(5))))
        .isEmpty();
    assertThat(differences(number, map("type", of("integer")))).containsExactly("/x: type");
    Ipld items = map("type", of("array"), "items", number);
    assertThat(differences(items, map("type", of("array")))).containsExactly("/x: items");
    Ipld any = map("anyOf", list(number, map("type", of("null"))));
    assertThat(differences(any, map("type", of("null")))).isEmpty();
    assertThat(differences(any, map("type", of("string")))).isNotEmpty();
    Ipld all = map("allOf", list(number));
    assertThat(differences(all, number)).isNotEmpty();
    assertThat(differences(all, map("allOf", list(number)))).isEmpty();
  }

  @Test
  void shouldFollowReferences() {
    Ipld.Map expected =
        map(
            "type",
            of("object"),
            "properties",
            map("x", map("$ref", of("#/$defs/a"))),
            "$defs",
            map("a", map("type", of("string"))));
    Ipld.Map own = map("type", of("object"), "properties", map("x", map("type", of("string"))));
    assertThat(compare(expected, own)).isEmpty();
  }

  @Test
  void shouldCompareDefinitionsThatReferToThemselves() {
    Ipld.Map circle = recursive("string", "#");
    assertThat(compare(circle, recursive("string", "#"))).isEmpty();
    assertThat(compare(circle, recursive("integer", "#"))).containsExactly("/x: type");
    // Unrolled once, it says the same.
    Ipld.Map unrolled =
        object(
            map("x", map("type", of("string")), "next", recursive("string", "#/properties/next")));
    assertThat(compare(circle, unrolled)).isEmpty();
    assertThat(compare(unrolled, circle)).isEmpty();
    Ipld.Map second =
        object(
            map("x", map("type", of("string")), "next", recursive("integer", "#/properties/next")));
    assertThat(compare(circle, second)).containsExactly("/next/x: type");
  }

  @Test
  void shouldCompareBranchesThatReferToWhatTheyStandIn() {
    Ipld.Map list = nullable("string");
    assertThat(compare(list, nullable("string"))).isEmpty();
    assertThat(compare(list, nullable("integer"))).containsExactly("/x: no branch of anyOf");
    // Each branch fits only if the one before, which refers to both, does not.
    Ipld.Map two = twoBranches("integer", "string");
    assertThat(compare(two, twoBranches("string", "integer"))).isEmpty();
    assertThat(compare(two, twoBranches("boolean", "boolean")))
        .containsExactly("/x: no branch of anyOf");
  }

  /** What was found while a pair was assumed to fit must not outlive the pair. */
  @Test
  void shouldForgetWhatWasAssumedOfAPairThatDoesNotFit() {
    // The first branch: y refers back to the whole, which then turns out not to fit by z.
    Ipld expected =
        object(
            map(
                "a",
                    map(
                        "anyOf",
                        list(object(map("b", map("$ref", of("#/properties/a")), "c", text())))),
                "d", map("$ref", of("#/properties/a/anyOf/0"))));
    Ipld own =
        object(
            map(
                "a",
                    map(
                        "anyOf",
                        list(object(map("b", map("$ref", of("#/properties/a")), "c", number())))),
                "d", map("$ref", of("#/properties/a/anyOf/0"))));
    assertThat(compare((Ipld.Map) expected, (Ipld.Map) own))
        .containsExactly("/a: no branch of anyOf", "/d: differs as before");
  }

  @Test
  void shouldEndOnSchemasMadeToBeComparedForEver() {
    java.util.Map<String, Ipld> doubling = new java.util.LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      Ipld next = map("$ref", of("#/$defs/d" + (i + 1)));
      doubling.put("d" + i, object(map("a", next, "b", next)));
    }
    doubling.put("d60", text());
    Ipld.Map expected =
        object(map("x", map("$ref", of("#/$defs/d0")))).with("$defs", new Ipld.Map(doubling));
    assertThat(compare(expected, expected)).isEmpty();
    java.util.Map<String, Ipld> other = new java.util.LinkedHashMap<>(doubling);
    other.put("d60", number());
    assertThat(compare(expected, expected.with("$defs", new Ipld.Map(other))))
        .hasSizeBetween(1, 100)
        .anyMatch(difference -> difference.endsWith("/a/a: type"));
    List<Ipld> names = new java.util.ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      names.add(of("n" + i));
    }
    Ipld.Map required = object(map()).with("required", new Ipld.List(names));
    Ipld.Map backwards = object(map()).with("required", new Ipld.List(names.reversed()));
    assertThat(compare(required, backwards)).isEmpty();
    Ipld.Map many = object(map("x", map("anyOf", new Ipld.List(names.subList(0, 5_000)))));
    Ipld.Map others = object(map("x", map("anyOf", new Ipld.List(names.subList(5_000, 10_000)))));
    assertThat(compare(many, others)).isNotEmpty();
  }

  @Test
  void shouldMissRequiredFieldsAndProperties() {
    Ipld.Map expected =
        map(
            "type",
            of("object"),
            "properties",
            map("x", map("type", of("string"))),
            "required",
            list(of("x")));
    assertThat(compare(expected, map("type", of("object")))).hasSize(2);
  }

  private static List<String> differences(Ipld expected, Ipld own) {
    return compare(object(map("x", expected)), object(map("x", own)));
  }

  private static List<String> compare(Ipld.Map expected, Ipld.Map own) {
    return new SchemaComparison(expected, own, new ComparisonCost(Deadline.NONE)).differences();
  }

  private static Ipld.Map object(Ipld properties) {
    return map("type", of("object"), "properties", properties);
  }

  private static Ipld text() {
    return map("type", of("string"));
  }

  private static Ipld number() {
    return map("type", of("integer"));
  }

  private static Ipld.Map recursive(String type, String next) {
    return object(map("x", map("type", of(type)), "next", map("$ref", of(next))));
  }

  /** A list: nothing, or a value and a list. */
  private static Ipld.Map nullable(String type) {
    Ipld node =
        object(map("value", map("type", of(type)), "next", map("$ref", of("#/$defs/list"))));
    Ipld definitions = map("list", map("anyOf", list(node)));
    return object(map("x", map("$ref", of("#/$defs/list")))).with("$defs", definitions);
  }

  private static Ipld.Map twoBranches(String first, String second) {
    Ipld reference = map("$ref", of("#/$defs/tree"));
    Ipld one = object(map("value", map("type", of(first)), "left", reference));
    Ipld other = object(map("value", map("type", of(second)), "left", reference));
    return object(map("x", reference)).with("$defs", map("tree", map("anyOf", list(one, other))));
  }
}
