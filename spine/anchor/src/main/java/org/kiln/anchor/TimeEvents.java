package org.kiln.anchor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.AnchorProofs;
import org.kiln.ipld.event.DecodedEvent;

/**
 * Makes the time events of one batch: each with the proof and the nodes that lead from the proof's
 * root to its tip (CAIP-168). Immutable.
 */
final class TimeEvents {
  private final MerkleTree tree;
  private final String pathToTree;
  private final List<Block> nodesToTree;
  private final Block proof;

  TimeEvents(MerkleTree tree, AnchorChain.Status.Final anchored) {
    this.tree = tree;
    this.pathToTree = anchored.path();
    this.nodesToTree = anchored.nodes();
    this.proof = AnchorProofs.encode(anchored.proof());
  }

  /** The time event on the tip that is the leaf of that index. */
  DecodedEvent event(StreamId stream, int index) {
    Cid tip = tree.leaf(index);
    String path = join(pathToTree, tree.path(index));
    Block own =
        Block.of(
            Cid.DAG_CBOR,
            DagCbor.encode(
                Ipld.map(
                    "id", Ipld.of(stream.init()),
                    "path", Ipld.of(path),
                    "prev", Ipld.of(tip),
                    "proof", Ipld.of(proof.cid()))));
    return new DecodedEvent(
        new Event.Time(own.cid(), Optional.of(stream.init()), tip, proof.cid(), path),
        Optional.empty(),
        blocks(own, index));
  }

  /**
   * A time event of a tree alone, without stream and tip. That is what ceramic-one asks an anchor
   * service for: it hangs the trees of its own batches into the service's.
   */
  List<Block> detached(int index) {
    String path = join(pathToTree, tree.path(index));
    Block own =
        Block.of(
            Cid.DAG_CBOR,
            DagCbor.encode(Ipld.map("path", Ipld.of(path), "proof", Ipld.of(proof.cid()))));
    return blocks(own, index);
  }

  private List<Block> blocks(Block own, int index) {
    List<Block> treeNodes = tree.nodesTo(index);
    List<Block> blocks = new ArrayList<>(2 + nodesToTree.size() + treeNodes.size());
    blocks.add(own);
    blocks.add(proof);
    blocks.addAll(nodesToTree);
    blocks.addAll(treeNodes);
    return blocks;
  }

  private static String join(String first, String second) {
    return first.isEmpty() ? second : first + "/" + second;
  }
}
