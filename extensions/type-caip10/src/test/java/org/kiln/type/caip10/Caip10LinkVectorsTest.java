package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.StreamId;
import org.kiln.fixtures.StepDecoder;
import org.kiln.testkit.StreamVectors;
import org.kiln.testkit.Vectors;

class Caip10LinkVectorsTest {
  private final StreamVectors vectors = new StreamVectors(new StepDecoder(), new Caip10LinkType());

  static List<Vectors.Entry> streams() {
    return Vectors.load("caip10").stream().filter(entry -> entry.inputs().has("steps")).toList();
  }

  static List<Vectors.Entry> geneses() {
    return Vectors.load("caip10").stream().filter(entry -> entry.inputs().has("account")).toList();
  }

  @ParameterizedTest
  @MethodSource("streams")
  void shouldDoWhatJsCeramicDid(Vectors.Entry entry) throws Exception {
    vectors.replay(entry);
  }

  @ParameterizedTest
  @MethodSource("geneses")
  void shouldNameStreamsAsClientsDo(Vectors.Entry entry) {
    byte[] genesis = HexFormat.of().parseHex(entry.expected().get("genesisDagCborHex").asText());
    assertThat(StreamId.of(1, Cid.sha256(Cid.DAG_CBOR, genesis)))
        .hasToString(entry.expected().get("streamId").asText());
  }
}
