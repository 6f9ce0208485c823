package org.kiln.type.caip10.sr25519;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures by Polkadot's JavaScript, and its verdicts. */
class Sr25519Test {
  static Stream<Named<JsonNode>> signatures() throws IOException {
    try (InputStream in = Sr25519Test.class.getResourceAsStream("sr25519.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false)
          .map(vector -> Named.of(vector.get("name").asText(), vector));
    }
  }

  private static byte[] bytes(JsonNode vector, String name) {
    return HexFormat.of().parseHex(vector.get(name).asText());
  }

  private static boolean verify(String context, JsonNode vector) {
    return Sr25519.verify(
        context, bytes(vector, "key"), bytes(vector, "message"), bytes(vector, "signature"));
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void shouldJudgeAsPolkadotsLibraryDoes(JsonNode vector) {
    assertThat(verify(Sr25519.SUBSTRATE, vector)).isEqualTo(vector.get("valid").asBoolean());
  }

  @Test
  void rejectsSignaturesOfAnotherContext() throws IOException {
    JsonNode vector = signatures().findFirst().orElseThrow().getPayload();
    assertThat(verify("substrate", vector)).isTrue();
    assertThat(verify("Substrate", vector)).isFalse();
    assertThat(verify("", vector)).isFalse();
  }

  @Test
  void rejectsOtherLengths() throws IOException {
    JsonNode vector = signatures().findFirst().orElseThrow().getPayload();
    byte[] key = bytes(vector, "key");
    byte[] signature = bytes(vector, "signature");
    byte[] message = bytes(vector, "message");
    for (int change : new int[] {-1, 1}) {
      byte[] otherKey = Arrays.copyOf(key, key.length + change);
      byte[] other = Arrays.copyOf(signature, signature.length + change);
      other[other.length - 1] |= (byte) 0x80;
      assertThat(Sr25519.verify(Sr25519.SUBSTRATE, otherKey, message, signature)).isFalse();
      assertThat(Sr25519.verify(Sr25519.SUBSTRATE, key, message, other)).isFalse();
    }
  }
}
