package org.kiln.ipld.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.EventDecoder.Blocks;

/** What was read of a tree once is not read again, and nothing else passes under its names. */
class CheckedNodesTest {
  private static final Cid LEFT = block(Ipld.of("left")).cid();
  private static final Cid RIGHT = block(Ipld.of("right")).cid();

  private final Block root = block(Ipld.list(Ipld.of(LEFT), Ipld.of(RIGHT)));
  private final Block proof =
      block(
          Ipld.map(
              "root", Ipld.of(root.cid()),
              "txHash", Ipld.of(Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32])),
              "txType", Ipld.of("f(bytes32)"),
              "chainId", Ipld.of("test:1")));
  private final CheckedNodes checked = new CheckedNodes();

  @Test
  void shouldVerifyTimeEventsThatShareTheirTree() throws Exception {
    Blocks blocks = blocks(root, proof);
    assertThat(ProofPath.verify(time(LEFT, "0"), blocks, checked).root()).isEqualTo(root.cid());
    assertThat(ProofPath.verify(time(RIGHT, "1"), blocks, checked).root()).isEqualTo(root.cid());
    Blocks equal = blocks(copy(root), copy(proof));
    assertThat(ProofPath.verify(time(RIGHT, "1"), equal, checked).root()).isEqualTo(root.cid());
  }

  @Test
  void rejectsAPathThatLeadsElsewhereThroughKnownNodes() throws Exception {
    Blocks blocks = blocks(root, proof);
    ProofPath.verify(time(LEFT, "0"), blocks, checked);
    assertThatThrownBy(() -> ProofPath.verify(time(LEFT, "1"), blocks, checked))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("points to invalid 'prev' commit");
  }

  @Test
  void rejectsOtherBytesUnderTheNameOfAKnownNode() throws Exception {
    ProofPath.verify(time(LEFT, "0"), blocks(root, proof), checked);
    Block forged = new Block(root.cid(), DagCbor.encode(Ipld.list(Ipld.of(RIGHT), Ipld.of(LEFT))));
    assertThatThrownBy(() -> ProofPath.verify(time(LEFT, "1"), blocks(forged, proof), checked))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("block hash mismatch");
    byte[] otherChain = proof.data().clone();
    otherChain[otherChain.length - 1]++;
    Block forgedProof = new Block(proof.cid(), otherChain);
    assertThatThrownBy(() -> ProofPath.verify(time(LEFT, "0"), blocks(root, forgedProof), checked))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("block hash mismatch");
    assertThat(ProofPath.verify(time(LEFT, "0"), blocks(root, proof), checked).root())
        .as("what was good before still is")
        .isEqualTo(root.cid());
  }

  private Event.Time time(Cid prev, String path) {
    return new Event.Time(root.cid(), Optional.empty(), prev, proof.cid(), path);
  }

  private static Blocks blocks(Block... blocks) {
    Map<Cid, Block> all = new HashMap<>();
    for (Block block : blocks) {
      all.put(block.cid(), block);
    }
    return Blocks.of(all);
  }

  private static Block copy(Block block) {
    return new Block(block.cid(), block.data().clone());
  }

  private static Block block(Ipld value) {
    return Block.of(Cid.DAG_CBOR, DagCbor.encode(value));
  }
}
