package org.kiln.type.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.fixtures.StepDecoder;
import org.kiln.testkit.FakeApplyContext;
import org.kiln.testkit.StreamVectors;
import org.kiln.testkit.Vectors;

class ModelVectorsTest {
  /** What the door of js-ceramic's clients refuses, and ceramic-one takes. */
  private static final Set<String> LEFT_TO_THE_DOOR =
      Set.of("bad-set-unknown-field", "bad-set-optional-field");

  private final StreamVectors vectors = new StreamVectors(new StepDecoder(), new ModelType());

  static List<Vectors.Entry> cases() {
    return Vectors.load("model").stream()
        .filter(entry -> !LEFT_TO_THE_DOOR.contains(entry.name()))
        .toList();
  }

  static List<Vectors.Entry> leftToTheDoor() {
    return Vectors.load("model").stream()
        .filter(entry -> LEFT_TO_THE_DOOR.contains(entry.name()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldDoWhatJsCeramicDid(Vectors.Entry entry) throws Exception {
    vectors.replay(entry);
  }

  @ParameterizedTest
  @MethodSource("leftToTheDoor")
  void shouldTakeWhatCeramicOneTakes(Vectors.Entry entry) throws Exception {
    JsonNode step = entry.inputs().get("steps").get(0);
    StreamVectors.Decoded decoded = new StepDecoder().decode(step);
    FakeApplyContext context =
        new FakeApplyContext(StreamId.parse(step.get("streamId").asText()))
            .signedBy(decoded.signers().iterator().next());
    Event.Init init = (Event.Init) decoded.event();

    assertThat(new ModelType().init(init, context).content()).isEqualTo(init.data().orElseThrow());
  }
}
