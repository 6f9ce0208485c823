package org.kiln.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Formats as ajv-formats 2.1.1 checks them, and expressions as a JavaScript engine matches them.
 */
class TextVectorsTest {
  private static final JsonNode VECTORS = load();

  private static JsonNode load() {
    try (InputStream in = TextVectorsTest.class.getResourceAsStream("texts.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> formats() {
    List<String> names = new ArrayList<>();
    VECTORS.get("formats").fieldNames().forEachRemaining(names::add);
    return names;
  }

  static List<JsonNode> patterns() {
    List<JsonNode> patterns = new ArrayList<>();
    VECTORS.get("patterns").forEach(patterns::add);
    return patterns;
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldCheckAFormatAsAjvDoes(String name) {
    List<String> differences = new ArrayList<>();
    String verdicts = VECTORS.get("formats").get(name).asText();
    for (int i = 0; i < verdicts.length(); i++) {
      String text = VECTORS.get("texts").get(i).asText();
      boolean expected = verdicts.charAt(i) == '1';
      if (Formats.string(name).test(text, new Budget()) != expected) {
        differences.add((expected ? "valid: " : "invalid: ") + text);
      }
    }
    assertThat(differences).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void shouldMatchAsJavaScriptDoes(JsonNode vector) {
    String source = vector.get("pattern").asText();
    EcmaPattern pattern;
    try {
      pattern = EcmaPattern.compile(source);
    } catch (SchemaException e) {
      assertThat(vector.has("matches")).as(e.getMessage()).isFalse();
      return;
    }
    StringBuilder matches = new StringBuilder();
    for (JsonNode subject : VECTORS.get("subjects")) {
      matches.append(pattern.find(subject.asText(), new Budget()) ? '1' : '0');
    }
    assertThat(matches.toString()).isEqualTo(vector.path("matches").asText("no expression"));
  }
}
