package org.kiln.type.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kiln.api.ipld.Ipld.list;
import static org.kiln.api.ipld.Ipld.map;
import static org.kiln.api.ipld.Ipld.of;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Ipld;

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
  void shouldFollowReferencesAndEndOnCircles() {
    Ipld.Map expected =
        map(
            "type",
            of("object"),
            "properties",
            map("x", map("$ref", of("#/$defs/a"))),
            "$defs",
            map("a", map("type", of("string"))));
    Ipld.Map own = map("type", of("object"), "properties", map("x", map("type", of("string"))));
    assertThat(new SchemaComparison(expected, own).differences()).isEmpty();
    Ipld.Map circle = map("type", of("object"), "properties", map("x", map("$ref", of("#"))));
    assertThat(new SchemaComparison(circle, circle).differences())
        .anyMatch(difference -> difference.contains("too deep"));
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
    assertThat(new SchemaComparison(expected, map("type", of("object"))).differences()).hasSize(2);
  }

  private static List<String> differences(Ipld expected, Ipld own) {
    return new SchemaComparison(
            map("type", of("object"), "properties", map("x", expected)),
            map("type", of("object"), "properties", map("x", own)))
        .differences();
  }
}
