package org.kiln.ipld.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.ipld.Ipld;
import org.kiln.ipld.DagCbor;

/**
 * Proofs and tree nodes that were hashed and decoded. The time events of one anchoring share most
 * of their tree: read with the same memory, each node of it is hashed and decoded once, and bytes
 * that come again under its CID are compared with those that fitted. Keeps all it was shown, so it
 * should live as long as one delivery. For one thread.
 */
public final class CheckedNodes {
  private final Map<Cid, Node> nodes = new HashMap<>();
  private final Map<Cid, Proof> proofs = new HashMap<>();

  /** A node of a tree, whose bytes hash to its CID. */
  record Node(Block block, List<Ipld> items) {

    /** Where a step leads. */
    Cid step(int index) throws CodecException {
      if (index < items.size() && items.get(index) instanceof Ipld.Link link) {
        return link.cid();
      }
      throw new CodecException("Time Event witness node " + block.cid() + " has no link " + index);
    }
  }

  /** A proof, whose block's bytes hash to its CID. */
  record Proof(Block block, AnchorProof proof) {}

  Node node(Cid cid, Block given) throws CodecException {
    Node known = nodes.get(cid);
    if (known == null || differ(known.block, given)) {
      Block block = EventDecoder.checked(cid, given);
      if (!(DagCbor.decode(block.data()) instanceof Ipld.List list)) {
        throw new CodecException("Time Event witness node must be a list");
      }
      known = new Node(block, list.items());
      nodes.put(cid, known);
    }
    return known;
  }

  Proof proof(Cid cid, Block given) throws CodecException {
    Proof known = proofs.get(cid);
    if (known == null || differ(known.block, given)) {
      Block block = EventDecoder.checked(cid, given);
      known = new Proof(block, AnchorProofs.decode(block));
      proofs.put(cid, known);
    }
    return known;
  }

  private static boolean differ(Block checked, Block given) {
    return checked != given && !checked.equals(given);
  }
}
