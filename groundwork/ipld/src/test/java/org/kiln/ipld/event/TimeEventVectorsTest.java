package org.kiln.ipld.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.ipld.Multibase;
import org.kiln.api.stream.Event;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.EventDecoder.Blocks;
import org.kiln.testkit.Vectors;

class TimeEventVectorsTest {

  static Stream<Vectors.Entry> trees() {
    return Vectors.load("timeevents").stream().filter(entry -> entry.expected().has("events"));
  }

  static Stream<Vectors.Entry> judged() {
    return Vectors.load("timeevents").stream().filter(entry -> entry.inputs().has("timeEventHex"));
  }

  @ParameterizedTest
  @MethodSource("trees")
  void shouldFollowEveryPath(Vectors.Entry entry) throws Exception {
    JsonNode expected = entry.expected();
    Map<Cid, Block> blocks = new HashMap<>();
    expected.get("innerBlocks").forEach(block -> add(blocks, block));
    Block proof = Block.of(Cid.DAG_CBOR, hex(expected.get("proofHex")));
    assertThat(proof.cid()).hasToString(expected.get("proofCid").asText());
    blocks.put(proof.cid(), proof);
    AnchorProof decoded = AnchorProofs.decode(proof);
    assertThat(decoded.root()).hasToString(expected.get("root").asText());
    assertThat(decoded.chainId()).isEqualTo(entry.inputs().get("chainId").asText());
    assertThat(decoded.txHash()).hasToString(entry.inputs().get("txHash").asText());
    assertThat(AnchorProofs.encode(decoded)).isEqualTo(proof);
    for (JsonNode event : expected.get("events")) {
      followPath(event, blocks, decoded);
    }
  }

  private static void followPath(JsonNode expected, Map<Cid, Block> blocks, AnchorProof proof)
      throws CodecException {
    Block block = Block.of(Cid.DAG_CBOR, hex(expected.get("timeEventHex")));
    assertThat(block.cid()).hasToString(expected.get("timeEventCid").asText());
    Map<Cid, Block> all = new HashMap<>(blocks);
    all.put(block.cid(), block);
    DecodedEvent event = EventDecoder.decode(block.cid(), Blocks.of(all));
    assertThat(event.event()).isInstanceOf(Event.Time.class);
    Event.Time time = (Event.Time) event.event();
    assertThat(time.prev()).hasToString(expected.get("prev").asText());
    assertThat(time.path()).isEqualTo(expected.get("path").asText());
    assertThat(ProofPath.verify(time, Blocks.of(all))).isEqualTo(proof);
    assertThat(event.blocks().subList(2, event.blocks().size()))
        .extracting(node -> node.cid().toString())
        .isEqualTo(texts(expected.get("witness")));
    if (expected.has("witnessCar")) {
      byte[] car = Multibase.decode(expected.get("witnessCar").asText());
      assertThat(EventCar.read(car)).isEqualTo(event);
      assertThat(EventCar.read(EventCar.write(event).write())).isEqualTo(event);
    }
  }

  @ParameterizedTest
  @MethodSource("judged")
  void shouldJudge(Vectors.Entry entry) throws Exception {
    Map<Cid, Block> blocks = new HashMap<>();
    entry.inputs().get("witnessBlocks").forEach(block -> add(blocks, block));
    Block proof = Block.of(Cid.DAG_CBOR, hex(entry.inputs().get("proofHex")));
    blocks.put(proof.cid(), proof);
    Block block = Block.of(Cid.DAG_CBOR, hex(entry.inputs().get("timeEventHex")));
    if (entry.expected().get("ok").asBoolean()) {
      assertThat(verified(block, blocks).chainId()).startsWith("eip155:");
    } else {
      assertThatExceptionOfType(CodecException.class).isThrownBy(() -> verified(block, blocks));
    }
  }

  private static AnchorProof verified(Block block, Map<Cid, Block> blocks) throws CodecException {
    DecodedEvent event = EventDecoder.decode(block.cid(), Blocks.of(Map.of(block.cid(), block)));
    return ProofPath.verify((Event.Time) event.event(), Blocks.of(blocks));
  }

  @Test
  void shouldEncodeATimeEventAsTheSdkDoes() throws Exception {
    Vectors.Entry entry = named("sdk-event-string");
    JsonNode inputs = entry.inputs();
    byte[] data =
        DagCbor.encode(
            Ipld.map(
                "id", link(inputs, "id"),
                "prev", link(inputs, "prev"),
                "proof", link(inputs, "proof"),
                "path", Ipld.of(inputs.get("path").asText())));
    Block block = Block.of(Cid.DAG_CBOR, data);
    assertThat(block.cid()).hasToString(entry.expected().get("cid").asText());
    DecodedEvent event = EventDecoder.decode(block.cid(), Blocks.of(Map.of(block.cid(), block)));
    assertThat(event.blocks()).containsExactly(block);
  }

  @Test
  void rejectsUnknownTransactionType() {
    String type = named("bad-tx-type").inputs().get("txType").asText();
    Cid cid = Cid.sha256(Cid.DAG_CBOR, new byte[0]);
    Cid transaction = Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]);
    byte[] data =
        DagCbor.encode(
            Ipld.map(
                "root", Ipld.of(cid),
                "txHash", Ipld.of(transaction),
                "txType", Ipld.of(type),
                "chainId", Ipld.of("eip155:1")));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> AnchorProofs.decode(Block.of(Cid.DAG_CBOR, data)))
        .withMessageContaining("txType");
  }

  private static Ipld link(JsonNode inputs, String name) {
    return Ipld.of(Cid.parse(inputs.get(name).asText()));
  }

  private static void add(Map<Cid, Block> blocks, JsonNode block) {
    Cid cid = Cid.parse(block.get("cid").asText());
    blocks.put(cid, new Block(cid, hex(block.get("bytesHex"))));
  }

  private static byte[] hex(JsonNode text) {
    return HexFormat.of().parseHex(text.asText());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static Vectors.Entry named(String name) {
    return Vectors.load("timeevents").stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
