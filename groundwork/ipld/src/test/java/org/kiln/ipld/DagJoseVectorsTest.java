package org.kiln.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.testkit.Vectors;

class DagJoseVectorsTest {

  static Stream<Vectors.Entry> encoding() {
    return Vectors.load("dagjose").stream().filter(entry -> entry.inputs().has("jose"));
  }

  static Stream<Vectors.Entry> decoding() {
    return Vectors.load("dagjose").stream().filter(entry -> entry.inputs().has("bytesHex"));
  }

  @ParameterizedTest
  @MethodSource("encoding")
  void shouldEncode(Vectors.Entry entry) throws Exception {
    Jose jose = Jose.ofJson((Ipld.Map) value(entry.inputs().get("jose")));
    byte[] block = DagJose.encode(jose);
    assertThat(HexFormat.of().formatHex(block))
        .isEqualTo(entry.expected().get("bytesHex").asText());
    assertThat(Cid.sha256(Cid.DAG_JOSE, block)).hasToString(entry.expected().get("cid").asText());
    assertThat(DagJose.read(block).toJson()).isEqualTo(value(entry.expected().get("decoded")));
    assertThat(new String(DagJson.write(DagCbor.decode(block)), StandardCharsets.UTF_8))
        .isEqualTo(entry.expected().get("plainCborDagJson").asText());
  }

  @ParameterizedTest
  @MethodSource("decoding")
  void shouldDecodeOrRefuse(Vectors.Entry entry) throws Exception {
    byte[] block = HexFormat.of().parseHex(entry.inputs().get("bytesHex").asText());
    if (!entry.expected().get("ok").asBoolean()) {
      assertThatExceptionOfType(CodecException.class).isThrownBy(() -> DagJose.read(block));
      return;
    }
    Ipld.Map expected = (Ipld.Map) value(entry.expected().get("decoded"));
    // js-did adds the decoded payload of a JWS that is no event; it is derived, not stored.
    assertThat(DagJose.read(block).toJson()).isEqualTo(expected.without("pld"));
  }

  private static Ipld value(JsonNode json) throws CodecException {
    return DagJson.parse(json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
