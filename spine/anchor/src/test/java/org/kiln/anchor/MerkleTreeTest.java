package org.kiln.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.anchor.AnchorChain.Status.Final;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.Car;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.ProofPath;
import org.kiln.testkit.Vectors;

final class MerkleTreeTest {

  /** The shape of js-ceramic and its anchor service: halves, the smaller one to the left. */
  private static MerkleTree halves(List<Cid> leaves) {
    return MerkleTree.of(leaves, n -> n / 2);
  }

  static Stream<Vectors.Entry> judged() {
    return Vectors.load("timeevents").stream().filter(v -> v.inputs().has("timeEventHex"));
  }

  static Stream<Vectors.Entry> treeVectors() {
    return Vectors.load("timeevents").stream().filter(v -> v.name().startsWith("tree-"));
  }

  @ParameterizedTest
  @MethodSource("treeVectors")
  void shouldMakeTheTreesAndTimeEventsOfThePeer(Vectors.Entry vector) {
    JsonNode expected = vector.expected();
    List<Cid> leaves = cids(vector.inputs().get("leaves"));
    MerkleTree tree = halves(leaves);
    assertThat(tree.root()).isEqualTo(cid(expected, "root"));
    assertThat(tree.nodes())
        .containsExactlyInAnyOrderElementsOf(blocks(expected.get("innerBlocks")));
    TimeEvents events =
        new TimeEvents(
            tree,
            new Final(
                new AnchorProof(
                    vector.inputs().get("chainId").asText(),
                    tree.root(),
                    cid(vector.inputs(), "txHash"),
                    Optional.of(vector.inputs().get("txType").asText()))));
    for (JsonNode event : expected.get("events")) {
      int index = event.get("index").asInt();
      StreamId stream = StreamId.of(3, cid(event, "id"));
      DecodedEvent made = events.event(stream, index);
      assertThat(leaves.get(index)).isEqualTo(cid(event, "prev"));
      assertThat(tree.path(index)).isEqualTo(event.get("path").asText());
      assertThat(made.event().cid()).isEqualTo(cid(event, "timeEventCid"));
      assertThat(made.blocks().get(0).data()).isEqualTo(hex(event, "timeEventHex"));
      assertThat(made.blocks().get(1).cid()).isEqualTo(cid(expected, "proofCid"));
      assertThat(made.blocks().get(1).data()).isEqualTo(hex(expected, "proofHex"));
      assertThat(made.blocks().subList(2, made.blocks().size())).isEqualTo(tree.nodesTo(index));
    }
  }

  @ParameterizedTest
  @MethodSource("treeVectors")
  void shouldVerifyOurShapeOverTheSameLeaves(Vectors.Entry vector) throws CodecException {
    MerkleTree tree = MerkleTree.of(cids(vector.inputs().get("leaves")));
    verifyAll(tree, "", List.of(), tree.root());
  }

  @ParameterizedTest
  @MethodSource("treeVectors")
  void shouldReadWitnessCarsOfThePeer(Vectors.Entry vector) throws CodecException {
    for (JsonNode event : vector.expected().get("events")) {
      if (!event.hasNonNull("witnessCar")) {
        continue;
      }
      Car car = Car.read(org.kiln.api.ipld.Multibase.decode(event.get("witnessCar").asText()));
      Map<Cid, Block> blocks = new HashMap<>();
      car.blocks().forEach(block -> blocks.put(block.cid(), block));
      DecodedEvent decoded =
          EventDecoder.decode(car.roots().get(0), EventDecoder.Blocks.of(blocks));
      AnchorProof proof =
          ProofPath.verify((Event.Time) decoded.event(), EventDecoder.Blocks.of(blocks));
      assertThat(proof.root()).isEqualTo(cid(vector.expected(), "root"));
    }
  }

  @Test
  void shouldMakeTheTreeOfLeavesSortedByText() {
    Vectors.Entry vector =
        Vectors.load("timeevents").stream()
            .filter(v -> v.name().equals("sorted-12"))
            .findFirst()
            .orElseThrow();
    assertThat(halves(cids(vector.expected().get("order"))).root())
        .isEqualTo(cid(vector.expected(), "root"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0",
    "2, 0, 0",
    "2, 1, 1",
    "3, 0, 0/0",
    "3, 1, 0/1",
    "3, 2, 1",
    "5, 0, 0/0/0",
    "5, 1, 0/0/1",
    "5, 2, 0/1/0",
    "5, 3, 0/1/1",
    "5, 4, 1",
    "14, 10, 1/0/1/0",
  })
  void shouldHaveTheShapeOfCeramicOne(int size, int leaf, String path) {
    assertThat(MerkleTree.of(leaves(size)).path(leaf)).isEqualTo(path);
  }

  @Test
  void shouldHaveTheShapeOfCeramicOneForAMillionLeaves() {
    // Only the way down is asked for; building the tree would take a while for nothing.
    List<Cid> few = leaves(1);
    int size = 1_000_000;
    StringBuilder path = new StringBuilder();
    int from = 0;
    int to = size;
    while (to - from > 1) {
      int middle = from + Integer.highestOneBit(to - from - 1);
      path.append(500_000 < middle ? "0/" : "1/");
      if (500_000 < middle) {
        to = middle;
      } else {
        from = middle;
      }
    }
    assertThat(path).hasToString("0/1/1/1/1/0/1/0/0/0/0/1/0/0/1/0/0/0/0/0/");
    assertThat(MerkleTree.of(few).size()).isEqualTo(1);
  }

  @Test
  void rejectsATreeWithoutLeaves() {
    assertThatThrownBy(() -> MerkleTree.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 60)
  void everyLeafOfEitherShapeIsReached(@ForAll @IntRange(min = 1, max = 300) int size)
      throws CodecException {
    verifyAll(MerkleTree.of(leaves(size)), "", List.of(), MerkleTree.of(leaves(size)).root());
    verifyAll(halves(leaves(size)), "", List.of(), halves(leaves(size)).root());
  }

  @Property(tries = 30)
  void everyLeafOfATreeInATreeIsReached(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 40) int others)
      throws CodecException {
    MerkleTree ours = MerkleTree.of(leaves(size));
    List<Cid> outer = new ArrayList<>(leaves(others));
    outer.add(others / 2, ours.root());
    MerkleTree service = halves(outer);
    verifyAll(ours, service.path(others / 2), service.nodesTo(others / 2), service.root());
  }

  @ParameterizedTest
  @MethodSource("judged")
  void shouldJudgeProofsAsTheProtocolDoes(Vectors.Entry vector) {
    Map<Cid, Block> blocks = new HashMap<>();
    blocks(vector.inputs().get("witnessBlocks")).forEach(b -> blocks.put(b.cid(), b));
    Block proof = Block.of(Cid.DAG_CBOR, hex(vector.inputs(), "proofHex"));
    blocks.put(proof.cid(), proof);
    Block event = Block.of(Cid.DAG_CBOR, hex(vector.inputs(), "timeEventHex"));
    blocks.put(event.cid(), event);
    boolean ok;
    try {
      DecodedEvent decoded = EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(blocks));
      ProofPath.verify((Event.Time) decoded.event(), EventDecoder.Blocks.of(blocks));
      ok = true;
    } catch (CodecException e) {
      ok = false;
    }
    assertThat(ok).isEqualTo(vector.expected().get("ok").asBoolean());
  }

  private static void verifyAll(MerkleTree tree, String path, List<Block> nodes, Cid root)
      throws CodecException {
    AnchorProof proof =
        new AnchorProof(
            "eip155:1",
            root,
            Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]),
            Optional.of("f(bytes32)"));
    TimeEvents events = new TimeEvents(tree, new Final(proof, path, nodes));
    for (int i = 0; i < tree.size(); i++) {
      StreamId stream = StreamId.of(3, tree.leaf(i));
      DecodedEvent made = events.event(stream, i);
      Map<Cid, Block> blocks = new HashMap<>();
      made.blocks().forEach(block -> blocks.put(block.cid(), block));
      DecodedEvent decoded =
          EventDecoder.decode(made.event().cid(), EventDecoder.Blocks.of(blocks));
      assertThat(decoded).isEqualTo(made);
      assertThat(ProofPath.verify((Event.Time) decoded.event(), EventDecoder.Blocks.of(blocks)))
          .isEqualTo(proof);
    }
  }

  static List<Cid> leaves(int size) {
    return IntStream.range(0, size)
        .mapToObj(
            i -> Cid.sha256(Cid.DAG_JOSE, new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)}))
        .toList();
  }

  private static List<Cid> cids(JsonNode list) {
    List<Cid> cids = new ArrayList<>();
    list.forEach(item -> cids.add(Cid.parse(item.asText())));
    return cids;
  }

  private static List<Block> blocks(JsonNode list) {
    List<Block> blocks = new ArrayList<>();
    list.forEach(item -> blocks.add(new Block(cid(item, "cid"), hex(item, "bytesHex"))));
    return blocks;
  }

  private static Cid cid(JsonNode node, String name) {
    return Cid.parse(node.get(name).asText());
  }

  private static byte[] hex(JsonNode node, String name) {
    return HexFormat.of().parseHex(node.get(name).asText());
  }
}
