package org.kiln.type.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.kit.ipld.Json;

/** The verdicts of json-schema-diff 0.1.7, by which ceramic-one goes. */
class SchemaChangesTest {
  private static Ipld json(String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (CodecException e) {
      throw new AssertionError(text, e);
    }
  }

  /** A Model's schema whose documents have one property. */
  private static Ipld.Map schema(Ipld property) {
    return ((Ipld.Map) json("{\"type\":\"object\",\"additionalProperties\":false}"))
        .with("properties", Ipld.map("p", property));
  }

  private static List<String> breaking(Ipld before, Ipld after) {
    return new SchemaChanges(Deadline.NONE).breaking(schema(before), schema(after));
  }

  /** Schemas made by chance, each with a change of it, and how much harm the library found. */
  @Test
  void shouldFindWhatTheLibraryFinds() throws Exception {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                getClass().getResourceAsStream("schema-changes.txt"), StandardCharsets.UTF_8))) {
      List<String> all = lines.lines().toList();
      assertThat(all).hasSizeGreaterThan(300);
      for (String line : all) {
        String[] parts = line.split("\t");
        List<Ipld> pair = ((Ipld.List) json(parts[0])).items();
        assertThat(breaking(pair.get(0), pair.get(1))).as(line).hasSize(Integer.parseInt(parts[1]));
      }
    }
  }

  /** Where types of all alternatives together count, and not those of each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'anyOf':[{'const':'a'},{'const':'b'}]} | {'anyOf':[{'const':'a'}]} | ",
        "{'anyOf':[{'const':'a'}]} | {'anyOf':[{'const':'a'},{'const':'b'}]} | new constraint",
        "{'anyOf':[{'type':'string'}]} | {'anyOf':[{'type':'string'},{'type':'null'}]} | ",
        "{'anyOf':[{'type':'string'},{'type':'null'}]} | {'anyOf':[{'type':'string'}]} | type null",
        "{'type':'number'} | {'type':['number','null'],'minimum':5} | ",
      })
  void shouldCountTypesOfAllAlternativesTogether(String before, String after, String why) {
    List<String> found = breaking(json(before.replace('\'', '"')), json(after.replace('\'', '"')));
    if (why == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).singleElement().asString().contains(why);
    }
  }

  /** Only one way to refer to a definition is followed, and one step of it. */
  @ParameterizedTest
  @CsvSource({
    "#/definitions/a, definitions, type string",
    "#/definitions/a, $defs, type string",
    "#/$defs/a, $defs,",
    "#/definitions/b, definitions,",
    "#/definitions/c, definitions,",
  })
  void shouldFollowReferencesAsTheLibraryDoes(String ref, String place, String why) {
    Ipld.Map referring = schema(Ipld.map("$ref", Ipld.of(ref)));
    Ipld aliases = Ipld.map("$ref", Ipld.of("#/definitions/a"));
    Ipld.Map before =
        referring.with(place, Ipld.map("a", json("{\"type\":\"string\"}"), "b", aliases));
    Ipld.Map after =
        referring.with(place, Ipld.map("a", json("{\"type\":\"null\"}"), "b", aliases));
    List<String> found = new SchemaChanges(Deadline.NONE).breaking(before, after);
    if (why == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).containsExactly("Cannot remove " + why + " (at /p)");
    }
  }
}
