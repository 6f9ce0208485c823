package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures by noble-curves, and what must not pass for one. */
class Bls12381Test {

  static Stream<Named<JsonNode>> signatures() throws IOException {
    try (InputStream in = Bls12381Test.class.getResourceAsStream("bls.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false)
          .map(vector -> Named.of(vector.get("name").asText(), vector));
    }
  }

  private static byte[] bytes(JsonNode vector, String name) {
    return HexFormat.of().parseHex(vector.get(name).asText());
  }

  @ParameterizedTest
  @MethodSource("signatures")
  void shouldJudgeSignatures(JsonNode vector) {
    assertThat(
            Bls12381.verify(
                bytes(vector, "key"), bytes(vector, "message"), bytes(vector, "signature")))
        .isEqualTo(vector.get("valid").asBoolean());
  }
}
