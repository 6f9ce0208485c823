package org.kiln.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.StreamState;
import org.kiln.core.stream.StreamException;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;

/** Time events that prove nothing: each has its reason, and nothing else is disturbed. */
class BadTimeEventTest {
  private final Scene scene = new Scene();
  private final Scene.Story story = new Scene.Story().note("A", "I");
  private StreamState before;

  @BeforeEach
  void feed() throws StreamException {
    Scene.receive(scene.streams, story.stream, story.events.get("I"), Scene.PEER, Scene.in(5));
    Scene.receive(scene.streams, story.stream, story.events.get("A"), Scene.PEER, Scene.in(5));
    before = scene.load(story.stream);
  }

  @AfterEach
  void close() throws StreamException {
    assertThat(scene.load(story.stream)).as("nothing else is disturbed").isEqualTo(before);
    DecodedEvent good = Scene.time(story.stream, story.cid("A"), 500);
    Scene.receive(scene.streams, story.stream, good, Scene.PEER, Scene.in(5));
    assertThat(scene.load(story.stream).tip()).isEqualTo(good.event().cid());
    scene.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrong root|root:1|0|500|missing block for root",
        "root that is another event|other|''|500|points to invalid 'prev' commit",
        "wrong path|tree|0|500|points to invalid 'prev' commit",
        "path that is too short|tree|''|500|points to invalid 'prev' commit",
        "path that is too long|tree|1/0|500|missing block for path index 0",
        "path out of range|tree|2|500|is not of steps 0 and 1",
        "path that is none|tree|left|500|is not of steps 0 and 1",
        "way through a hole|half|1|500|has no link 1",
        "another root in the transaction|tree|1|-1|The root is not in the transaction",
        "another chain|tree:other|1|500|nothing installed that checks proofs of chain other:1"
      })
  void rejectsWithTheReason(String name, String tree, String path, long time, String reason) {
    assertThat(refusal(tree, path, time)).as(name).contains(reason);
  }

  @Test
  void rejectsATreeOfAThousandLevels() {
    String path = "0" + "/0".repeat(999);
    assertThat(refusal("tree", path, 500)).contains("longer than 128 steps");
  }

  @Test
  void shouldWaitForAChainNobodyCanAskYet() throws Exception {
    DecodedEvent event = event("tree:other", "1", 500);
    Scene.receive(scene.streams, story.stream, event, Scene.PEER, Scene.in(5));
    assertThat(scene.store.contains(event.event().cid())).as("kept, not condemned").isTrue();
    assertThat(scene.load(story.stream).tip()).isEqualTo(story.cid("A"));
    assertThat(scene.streams.stats().waiting()).isEqualTo(1);
  }

  private String refusal(String tree, String path, long time) {
    try {
      scene.streams.apply(story.stream, event(tree, path, time), Scene.WRITE);
      return "taken";
    } catch (CodecException | StreamException e) {
      return e.getMessage();
    }
  }

  private DecodedEvent event(String tree, String path, long time) throws CodecException {
    Cid tip = story.cid("A");
    Cid other = Cid.sha256(Cid.DAG_CBOR, new byte[] {9});
    Block both = Scene.block(Ipld.list(Ipld.of(other), Ipld.of(tip)));
    Block half = Scene.block(Ipld.list(Ipld.of(other), Ipld.NULL));
    Cid root =
        switch (tree) {
          case "root:1", "other" -> other;
          case "half" -> half.cid();
          default -> both.cid();
        };
    byte[] hash = Arrays.copyOf(Long.toString(time).getBytes(StandardCharsets.US_ASCII), 32);
    Block proof =
        Scene.block(
            Ipld.map(
                "root", Ipld.of(root),
                "txHash", Ipld.of(Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, hash)),
                "txType", Ipld.of("f(bytes32)"),
                "chainId", Ipld.of(tree.endsWith(":other") ? "other:1" : Scene.CHAIN)));
    Block event =
        Scene.block(
            Ipld.map(
                "id", Ipld.of(story.stream.init()),
                "prev", Ipld.of(tip),
                "proof", Ipld.of(proof.cid()),
                "path", Ipld.of(path)));
    Map<Cid, Block> blocks = new HashMap<>();
    List.of(both, half, proof, event).forEach(block -> blocks.put(block.cid(), block));
    return EventDecoder.decode(event.cid(), EventDecoder.Blocks.of(blocks));
  }
}
