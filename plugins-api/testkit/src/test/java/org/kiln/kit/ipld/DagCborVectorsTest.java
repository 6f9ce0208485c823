package org.kiln.kit.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.testkit.Vectors;

class DagCborVectorsTest {

  static Stream<Vectors.Entry> encoding() {
    return named("encode-");
  }

  static Stream<Vectors.Entry> decoding() {
    return named("decode-");
  }

  static Stream<Vectors.Entry> hashes() {
    return named("cid-");
  }

  private static Stream<Vectors.Entry> named(String prefix) {
    return Vectors.load("dagcbor").stream().filter(entry -> entry.name().startsWith(prefix));
  }

  @ParameterizedTest
  @MethodSource("encoding")
  void shouldEncode(Vectors.Entry entry) throws Exception {
    byte[] text = entry.inputs().get("dagJson").asText().getBytes(StandardCharsets.UTF_8);
    Ipld value = DagJson.parse(text);
    byte[] block = DagCbor.encode(value);
    assertThat(hex(block)).isEqualTo(entry.expected().get("bytesHex").asText());
    assertThat(Cid.sha256(Cid.DAG_CBOR, block)).hasToString(entry.expected().get("cid").asText());
    assertThat(DagCbor.decode(block)).isEqualTo(value);
    assertThat(DagCbor.isCanonical(block)).isTrue();
    assertThat(new String(DagJson.write(value), StandardCharsets.UTF_8))
        .isEqualTo(entry.expected().get("redecodedDagJson").asText());
  }

  @ParameterizedTest
  @MethodSource("decoding")
  void shouldDecodeOrRefuse(Vectors.Entry entry) throws Exception {
    byte[] block = HexFormat.of().parseHex(entry.inputs().get("bytesHex").asText());
    if (!entry.expected().get("ok").asBoolean()) {
      assertThatExceptionOfType(CodecException.class).isThrownBy(() -> DagCbor.decode(block));
      assertThatExceptionOfType(CodecException.class).isThrownBy(() -> DagCbor.isCanonical(block));
      return;
    }
    Ipld value = DagCbor.decode(block);
    Ipld asJavaScript = Json.numbers(value);
    assertThat(new String(DagJson.write(asJavaScript), StandardCharsets.UTF_8))
        .isEqualTo(entry.expected().get("dagJson").asText());
    assertThat(hex(DagCbor.encode(asJavaScript)))
        .isEqualTo(entry.expected().get("reencodedHex").asText());
    if (!KnownDifferences.contains("dagcbor", entry.name())) {
      assertThat(hex(DagCbor.encode(value)))
          .isEqualTo(entry.expected().get("reencodedHex").asText());
      assertThat(DagCbor.isCanonical(block))
          .isEqualTo(entry.expected().get("canonical").asBoolean());
    }
  }

  @ParameterizedTest
  @MethodSource("hashes")
  void shouldMatchCid(Vectors.Entry entry) {
    byte[] block = HexFormat.of().parseHex(entry.inputs().get("bytesHex").asText());
    assertThat(Cid.parse(entry.inputs().get("cid").asText()).matches(block))
        .isEqualTo(entry.expected().get("matches").asBoolean());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
