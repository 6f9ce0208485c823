package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Answers json =
      new Answers(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintTheNodesAnswerWithoutControlCharacters() throws Exception {
    String body = "{\"agent\":\"a\u001b[31m\u009b\\u001b\"}\n";
    json.show(new AdminConnection.Reply(200, Map.of(), body, ""), words -> {});
    assertThat(printed()).isEqualToIgnoringNewLines("{\"agent\":\"a\\u001b[31m\\u009b\\u001b\"}");
  }

  @Test
  void rejectsWhatTheNodeRefused() {
    AdminConnection.Reply refused =
        new AdminConnection.Reply(404, Map.of(), "{\"error\":\"No such\"}", "No such");
    assertThatThrownBy(() -> json.show(refused, words -> {})).hasMessage("No such");
    assertThat(printed()).isEmpty();
  }

  @Test
  void shouldWriteAllKindsOfValues() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("text", "\"\n\u007f");
    members.put("none", null);
    members.put("list", Arrays.asList(1L, 0.5, true, null));
    members.put("raw", new Json.Raw("{\"a\":[]}"));
    members.put("nested", Map.of("x", List.of()));
    json.show(members);
    assertThat(printed())
        .isEqualToIgnoringNewLines(
            "{\"text\":\"\\\"\\n\\u007f\",\"none\":null,\"list\":[1,0.5,true,null],"
                + "\"raw\":{\"a\":[]},\"nested\":{\"x\":[]}}");
  }
}
