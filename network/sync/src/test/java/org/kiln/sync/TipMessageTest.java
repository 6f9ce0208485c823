package org.kiln.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.CodecException;
import org.kiln.testkit.Vectors;

/** The messages of js-ceramic. */
class TipMessageTest {
  static Stream<Vectors.Entry> written() {
    return Vectors.load("pubsub").stream().filter(entry -> entry.inputs().has("message"));
  }

  static Stream<Vectors.Entry> read() {
    return Vectors.load("pubsub").stream().filter(entry -> entry.inputs().has("text"));
  }

  @ParameterizedTest
  @MethodSource("written")
  void shouldWriteAsJsCeramicDoes(Vectors.Entry entry) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(entry.expected().get("bytesHex").asText());
    TipMessage message = TipMessage.decode(bytes);
    assertThat(new String(message.encode(), StandardCharsets.UTF_8))
        .isEqualTo(entry.expected().get("text").asText());
    if (message instanceof TipMessage.Query query) {
      assertThat(TipMessage.Query.of(query.stream()).id()).isEqualTo(query.id());
    }
  }

  @ParameterizedTest
  @MethodSource("read")
  void shouldReadWhatJsCeramicReads(Vectors.Entry entry) throws Exception {
    byte[] text = entry.inputs().get("text").asText().getBytes(StandardCharsets.UTF_8);
    JsonNode expected = entry.expected();
    if (!expected.get("ok").asBoolean()) {
      assertThatThrownBy(() -> TipMessage.decode(text)).isInstanceOf(CodecException.class);
      return;
    }
    JsonNode decoded = expected.get("decoded");
    switch (TipMessage.decode(text)) {
      case TipMessage.Update update -> {
        assertThat(decoded.get("typ").asInt()).isZero();
        assertThat(update.stream()).hasToString(decoded.get("stream").asText());
        assertThat(update.tip()).hasToString(decoded.get("tip").get("/").asText());
      }
      case TipMessage.Response response -> {
        assertThat(response.id()).isEqualTo(decoded.get("id").asText());
        assertThat(response.tips()).hasSize(decoded.get("tips").size());
      }
      case TipMessage.Query query -> assertThat(decoded.get("typ").asInt()).isEqualTo(1);
      case TipMessage.Keepalive alive -> assertThat(decoded.get("typ").asInt()).isEqualTo(3);
    }
  }
}
