package org.kiln.ipld;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Cid;
import org.kiln.api.stream.EventId;
import org.kiln.api.stream.NetworkId;
import org.kiln.testkit.Vectors;

class EventIdVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Vectors.Entry> built() {
    return Vectors.load("eventids").stream().filter(entry -> entry.inputs().has("controller"));
  }

  static Stream<Vectors.Entry> bad() {
    return Vectors.load("eventids").stream().filter(entry -> entry.name().startsWith("bad-"));
  }

  @ParameterizedTest
  @MethodSource("built")
  void shouldBuild(Vectors.Entry entry) {
    JsonNode in = entry.inputs();
    NetworkId network =
        new NetworkId(in.get("network").asText(), Long.parseLong(in.get("networkId").asText()));
    EventId id =
        EventId.of(
            network,
            in.get("sepKey").asText(),
            HEX.parseHex(in.get("sepValueHex").asText()),
            in.get("controller").asText(),
            Cid.parse(in.get("init").asText()),
            Cid.parse(in.get("event").asText()));
    JsonNode expected = entry.expected();
    assertThat(id).hasToString(expected.get("eventIdHex").asText());
    assertThat(EventId.of(id.bytes())).isEqualTo(id);
    assertThat(HEX.formatHex(id.separator())).isEqualTo(expected.get("separatorHex").asText());
    assertThat(HEX.formatHex(id.controller())).isEqualTo(expected.get("controllerHex").asText());
    assertThat(HEX.formatHex(id.init())).isEqualTo(expected.get("initHex").asText());
    assertThat(id.network()).isEqualTo(network.number());
  }

  @ParameterizedTest
  @MethodSource("bad")
  void shouldRefuse(Vectors.Entry entry) {
    assertThat(entry.expected().get("ok").asBoolean()).isFalse();
    assertThat(EventId.tryOf(HEX.parseHex(entry.inputs().get("eventIdHex").asText()))).isEmpty();
  }

  @Test
  void shouldOrderAsUnsignedBytes() {
    Vectors.Entry entry = named("order");
    List<EventId> ids = new ArrayList<>();
    entry
        .inputs()
        .get("eventIdsHex")
        .forEach(hex -> ids.add(EventId.of(HEX.parseHex(hex.asText()))));
    Collections.sort(ids);
    List<String> expected = new ArrayList<>();
    entry.expected().get("sortedHex").forEach(hex -> expected.add(hex.asText()));
    assertThat(ids).extracting(EventId::toString).isEqualTo(expected);
  }

  @Test
  void shouldKnowThePrefixOfASeparator() {
    Vectors.Entry entry = named("ranges");
    byte[] prefix =
        EventId.prefix(
            NetworkId.MAINNET,
            entry.inputs().get("sepKey").asText(),
            HEX.parseHex(entry.inputs().get("sepValueHex").asText()));
    assertThat(HEX.formatHex(prefix)).isEqualTo(entry.expected().get("prefixHex").asText());
    byte[] bound = HEX.parseHex(entry.expected().get("minHex").asText());
    assertThat(EventId.tryOf(bound)).isEmpty();
  }

  private static Vectors.Entry named(String name) {
    return Vectors.load("eventids").stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
