package org.kiln.anchor.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.kiln.anchor.MerkleTree;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.Car;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.AnchorProofs;

/** What an anchor service may hand back: read and walked to our root, or refused. */
class WitnessFuzzTest {
  private static final Cid ROOT = Cid.sha256(Cid.DAG_CBOR, new byte[] {7});

  @FuzzTest(maxDuration = "20s")
  void texts(FuzzedDataProvider data) {
    read(data.consumeRemainingAsString());
  }

  @FuzzTest(maxDuration = "20s")
  void cars(byte[] data) {
    read(Base64.getEncoder().encodeToString(data));
  }

  /** A good answer with one block replaced, its CID made to fit, so that the inside is reached. */
  @FuzzTest(maxDuration = "20s")
  void replacedBlocks(FuzzedDataProvider data) {
    List<Cid> leaves = List.of(Cid.sha256(Cid.DAG_CBOR, new byte[] {1}), ROOT);
    MerkleTree tree = MerkleTree.of(leaves);
    int replaced = data.consumeInt(0, 3);
    byte[] other = data.consumeRemainingAsBytes();
    Block node = replaced == 0 ? Block.of(Cid.DAG_CBOR, other) : tree.nodesTo(1).get(0);
    AnchorProof anchored =
        new AnchorProof(
            "eip155:1",
            node.cid(),
            Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]),
            Optional.of("f(bytes32)"));
    Block proof = replaced == 1 ? Block.of(Cid.DAG_CBOR, other) : AnchorProofs.encode(anchored);
    Block event =
        replaced == 2
            ? Block.of(Cid.DAG_CBOR, other)
            : Block.of(
                Cid.DAG_CBOR,
                DagCbor.encode(
                    Ipld.map("path", Ipld.of(tree.path(1)), "proof", Ipld.of(proof.cid()))));
    List<Block> blocks = new ArrayList<>(List.of(event, proof, node));
    byte[] car = new Car(List.of(event.cid()), blocks).write();
    boolean good = read(Base64.getEncoder().withoutPadding().encodeToString(car));
    assertThat(good || replaced < 3).isTrue();
  }

  private static boolean read(String text) {
    try {
      assertThat(WitnessCar.read(text, ROOT).proof()).isNotNull();
      return true;
    } catch (IOException refused) {
      assertThat(refused.getMessage()).isNotBlank();
      return false;
    }
  }
}
