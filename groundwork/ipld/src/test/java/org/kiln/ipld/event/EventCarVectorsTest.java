package org.kiln.ipld.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.DagJson;
import org.kiln.ipld.event.EventDecoder.Blocks;
import org.kiln.testkit.Vectors;

class EventCarVectorsTest {
  /**
   * Well-formed events whose signature or signer is wrong; refused where signatures are checked.
   */
  private static final Set<String> SIGNATURES = Set.of("bad-other-signer", "bad-signature");

  static Stream<Vectors.Entry> events() {
    return Vectors.load("eventcars").stream().filter(entry -> entry.expected().has("eventCid"));
  }

  static Stream<Vectors.Entry> judged() {
    return Vectors.load("eventcars").stream()
        .filter(entry -> entry.expected().path("mustRefuse").isBoolean())
        .filter(entry -> !SIGNATURES.contains(entry.name()));
  }

  @ParameterizedTest
  @MethodSource("events")
  void shouldReadAndWriteTheSameArchive(Vectors.Entry entry) throws Exception {
    JsonNode expected = entry.expected();
    String text = expected.get("multibaseCar").asText();
    Car car = Car.read(Multibase.decode(text));
    assertThat(Multibase.BASE64.encode(car.write())).isEqualTo(text);
    Map<Cid, Block> blocks = new HashMap<>();
    car.blocks().forEach(block -> blocks.put(block.cid(), block));
    for (JsonNode block : expected.get("blocks")) {
      assertThat(HexFormat.of().formatHex(blocks.get(Cid.parse(block.get("cid").asText())).data()))
          .isEqualTo(block.get("bytesHex").asText());
    }
    DecodedEvent event = EventDecoder.decode(car.roots().get(0), Blocks.of(blocks));
    assertThat(event.event().cid()).hasToString(expected.get("eventCid").asText());
    assertThatCode(() -> EventDecoder.requireCanonical(event)).doesNotThrowAnyException();
    if (event.event() instanceof Event.Time) {
      // The SDK sends time events without their proof.
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> EventCar.readText(text))
          .withMessage("Time Event CAR data missing block for proof");
      return;
    }
    assertThat(EventCar.writeText(event)).isEqualTo(text);
    assertThat(EventCar.readText(text).event()).isEqualTo(event.event());
    if (expected.has("streamId")) {
      assertThat(StreamId.parse(expected.get("streamId").asText()).init())
          .isEqualTo(event.event().cid());
    }
    if (expected.has("payloadDagJson")) {
      assertThat(payload(event)).isEqualTo(expected.get("payloadDagJson").asText());
    }
  }

  @ParameterizedTest
  @MethodSource("judged")
  void shouldJudge(Vectors.Entry entry) {
    String text = entry.inputs().get("multibaseCar").asText();
    if (entry.expected().get("mustRefuse").asBoolean()) {
      assertThatExceptionOfType(CodecException.class).isThrownBy(() -> EventCar.readText(text));
    } else {
      assertThatCode(() -> EventCar.readText(text)).doesNotThrowAnyException();
    }
  }

  @Test
  void shouldReadEveryBase() throws Exception {
    Vectors.Entry entry = named("bases");
    byte[] car = HexFormat.of().parseHex(entry.inputs().get("carBytesHex").asText());
    for (JsonNode text : entry.expected()) {
      assertThat(EventCar.readText(text.asText()).event()).isEqualTo(EventCar.read(car).event());
    }
  }

  @Test
  void shouldTellWhatIsSigned() throws Exception {
    Vectors.Entry entry = named("container");
    DecodedEvent event = EventCar.readText(entry.inputs().get("multibaseCar").asText());
    SignedEnvelope envelope = event.envelope().orElseThrow();
    assertThat(envelope.payload().cid()).hasToString(entry.expected().get("cid").asText());
    assertThat(envelope.header().kid()).contains(entry.expected().get("kid").asText());
    assertThat(payload(event)).isEqualTo(entry.expected().get("payloadDagJson").asText());
  }

  private static String payload(DecodedEvent event) throws CodecException {
    byte[] payload = event.envelope().orElseThrow().payload().data();
    return new String(DagJson.write(DagCbor.decode(payload)), StandardCharsets.UTF_8);
  }

  private static Vectors.Entry named(String name) {
    return Vectors.load("eventcars").stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
