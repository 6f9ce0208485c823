package org.kiln.ipld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.CommitId;
import org.kiln.api.stream.StreamId;
import org.kiln.api.stream.StreamRef;
import org.kiln.testkit.Vectors;

class StreamIdVectorsTest {

  static Stream<Vectors.Entry> built() {
    return Vectors.load("streamids").stream().filter(entry -> entry.inputs().has("cid"));
  }

  static Stream<Vectors.Entry> parsed() {
    return Vectors.load("streamids").stream().filter(entry -> entry.inputs().has("parser"));
  }

  @ParameterizedTest
  @MethodSource("built")
  void shouldBuild(Vectors.Entry entry) {
    JsonNode inputs = entry.inputs();
    Cid init = Cid.parse(inputs.get("cid").asText());
    StreamId stream = StreamId.of(inputs.get("type").asInt(), init);
    JsonNode commit = inputs.path("commit");
    Optional<Cid> event =
        commit.isTextual()
            ? Optional.of(commit.asText().equals("init") ? init : Cid.parse(commit.asText()))
            : Optional.empty();
    check(new StreamRef(stream, event), entry.expected());
  }

  @ParameterizedTest
  @MethodSource("parsed")
  void shouldParseOrRefuse(Vectors.Entry entry) {
    boolean ok = entry.expected().get("ok").asBoolean();
    if (!ok) {
      assertThatIllegalArgumentException().isThrownBy(() -> parse(entry.inputs()));
    } else {
      check(parse(entry.inputs()), entry.expected());
    }
  }

  private static StreamRef parse(JsonNode inputs) {
    String parser = inputs.get("parser").asText();
    if (inputs.has("bytesHex")) {
      byte[] bytes = HexFormat.of().parseHex(inputs.get("bytesHex").asText());
      return switch (parser) {
        case "StreamID" -> new StreamRef(StreamId.of(bytes), Optional.empty());
        case "CommitID" -> of(CommitId.of(bytes));
        default -> StreamRef.of(bytes);
      };
    }
    String text = inputs.get("string").asText();
    return switch (parser) {
      case "StreamID" -> new StreamRef(StreamId.parse(text), Optional.empty());
      case "CommitID" -> of(CommitId.parse(text));
      default -> StreamRef.parse(text);
    };
  }

  private static StreamRef of(CommitId commit) {
    return new StreamRef(commit.stream(), Optional.of(commit.event()));
  }

  private static void check(StreamRef ref, JsonNode expected) {
    assertThat(ref).hasToString(expected.get("string").asText());
    assertThat(ref.stream().type()).isEqualTo(expected.get("type").asInt());
    assertThat(ref.stream().init()).hasToString(expected.get("cid").asText());
    byte[] bytes = ref.commit().map(CommitId::bytes).orElseGet(ref.stream()::bytes);
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(expected.get("bytesHex").asText());
    assertThat(ref.commit().map(CommitId::url).orElseGet(ref.stream()::url))
        .isEqualTo(expected.get("url").asText());
    assertThat(ref.event().isPresent()).isEqualTo(expected.get("kind").asText().equals("CommitID"));
    ref.commit()
        .ifPresent(
            commit -> {
              assertThat(commit.event()).hasToString(expected.get("commit").asText());
              assertThat(commit.isGenesis()).isEqualTo(expected.get("commitIsInit").asBoolean());
              assertThat(commit.stream()).hasToString(expected.get("baseID").asText());
            });
    if (expected.path("reparsed").path("ok").asBoolean(true)) {
      assertThat(StreamRef.of(bytes)).isEqualTo(ref);
    } else {
      assertThatIllegalArgumentException().isThrownBy(() -> StreamRef.of(bytes));
    }
  }
}
