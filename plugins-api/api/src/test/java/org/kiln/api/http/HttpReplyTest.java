package org.kiln.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpReplyTest {
  @Test
  void shouldKeepItsHeadersWhateverBecomesOfTheMapTheyCameIn() {
    Map<String, String> given = new LinkedHashMap<>(Map.of("A", "1"));
    for (HttpReply reply :
        List.of(
            HttpReply.text(200, "text/plain", "").withHeaders(given),
            HttpReply.streamed(200, "text/plain", out -> {}).withHeaders(given))) {
      HttpReply more = reply.with("B", "2");
      given.put("A", "changed");

      assertThat(reply.headers()).containsExactly(Map.entry("A", "1"));
      assertThat(more.headers()).containsExactly(Map.entry("A", "1"), Map.entry("B", "2"));
      for (HttpReply each : List.of(reply, more)) {
        assertThatThrownBy(() -> each.headers().put("C", "3"))
            .isInstanceOf(UnsupportedOperationException.class);
      }
      given.put("A", "1");
    }
  }
}
