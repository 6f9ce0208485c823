package org.kiln.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;

/**
 * Random schemas and values that the real Ajv 8.20 judged, set up as js-ceramic does: what it
 * refuses, what it accepts, and every word of what it says.
 */
class AjvVectorsTest {

  record Case(int number, JsonNode node) {
    @Override
    public String toString() {
      return number + ": " + node.get("schema");
    }
  }

  static List<Case> cases() throws IOException {
    ObjectMapper mapper =
        new ObjectMapper().enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
    try (InputStream in = AjvVectorsTest.class.getResourceAsStream("ajv.json")) {
      List<Case> cases = new ArrayList<>();
      for (JsonNode node : mapper.readTree(in)) {
        cases.add(new Case(cases.size(), node));
      }
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldJudgeAsAjvDoes(Case vector) throws Exception {
    Ipld source = ipld(vector.node.get("schema"));
    assertThat(Violation.text(MetaSchema.check(source, Deadline.NONE)))
        .isEqualTo(vector.node.get("meta").asText());
    JsonSchema schema;
    try {
      schema = JsonSchema.compile(source, SchemaDialect.MODEL, Deadline.NONE);
    } catch (SchemaException e) {
      assertThat(vector.node.has("refused")).as("we refuse: " + e.getMessage()).isTrue();
      return;
    }
    assertThat(vector.node.path("refused").asText()).isEmpty();
    for (int i = 0; i < vector.node.get("values").size(); i++) {
      Ipld value = ipld(vector.node.get("values").get(i));
      String expected = vector.node.get("results").get(i).asText();
      List<Violation> violations = schema.validate(value, Deadline.NONE);
      if (expected.startsWith("THROWS")) {
        assertThat(violations).isNotEmpty();
      } else {
        assertThat(Violation.text(violations))
            .as("value " + vector.node.get("values").get(i))
            .isEqualTo(expected);
      }
    }
  }

  static Ipld ipld(JsonNode node) {
    if (node.isObject()) {
      Map<String, Ipld> entries = new LinkedHashMap<>();
      node.properties().forEach(entry -> entries.put(entry.getKey(), ipld(entry.getValue())));
      return new Ipld.Map(entries);
    }
    if (node.isArray()) {
      List<Ipld> items = new ArrayList<>();
      node.forEach(item -> items.add(ipld(item)));
      return new Ipld.List(items);
    }
    if (node.isTextual()) {
      return Ipld.of(node.asText());
    }
    if (node.isBoolean()) {
      return Ipld.of(node.asBoolean());
    }
    if (node.isIntegralNumber() && node.bigIntegerValue().bitLength() < 64) {
      return new Ipld.Int(node.bigIntegerValue());
    }
    return node.isNumber() ? new Ipld.Float64(node.asDouble()) : Ipld.NULL;
  }
}
