package org.kiln.type.tile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.InvalidEventException;
import org.kiln.ipld.Json;
import org.kiln.kit.stream.JsonPatch;

/** Random patches that fast-json-patch 3.1.1 applied the way js-ceramic calls it. */
class JsonPatchVectorsTest {

  static List<JsonNode> cases() throws IOException {
    try (InputStream in = JsonPatchVectorsTest.class.getResourceAsStream("patches.json")) {
      List<JsonNode> cases = new ArrayList<>();
      new ObjectMapper().readTree(in).forEach(cases::add);
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldComeOutAsInJavaScript(JsonNode vector) throws Exception {
    Ipld document = json(vector.get("document"));
    Ipld result;
    try {
      result = JsonPatch.apply(document, json(vector.get("patch")));
    } catch (InvalidEventException e) {
      assertThat(vector.has("refused")).as("we refuse: " + e.getMessage()).isTrue();
      return;
    }
    assertThat(vector.path("refused").asText()).isEmpty();
    assertThat(result).isEqualTo(json(vector.get("result")));
  }

  private static Ipld json(JsonNode text) throws Exception {
    return Json.parse(text.asText().getBytes(StandardCharsets.UTF_8));
  }
}
