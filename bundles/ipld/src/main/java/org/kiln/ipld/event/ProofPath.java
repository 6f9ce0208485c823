package org.kiln.ipld.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.Event;
import org.kiln.ipld.CodecException;
import org.kiln.ipld.DagCbor;
import org.kiln.ipld.event.EventDecoder.Blocks;
import org.kiln.ipld.event.EventDecoder.Origin;

/**
 * The way from an anchor proof's root through the Merkle tree to the event it timestamps
 * (CAIP-168). A node is a list of two links; a third element, metadata, is never on a path.
 * Thread-safe.
 */
public final class ProofPath {
  /** Deepest tree whose path is walked: more leaves than any batch will ever have. */
  public static final int MAX_STEPS = 128;

  private ProofPath() {}

  /**
   * Verifies that the path leads from the proof's root to the event's prev.
   *
   * @return the proof, whose transaction is still to be checked
   * @throws CodecException when a block is missing or wrong, or the path leads elsewhere
   */
  public static AnchorProof verify(Event.Time event, Blocks blocks) throws CodecException {
    collect(event, blocks, Origin.CAR);
    return proof(
        EventDecoder.need(event.proof(), blocks, () -> Origin.CAR.missing("Time Event", "proof")));
  }

  /**
   * Reads a proof block.
   *
   * @throws CodecException when it is none
   */
  public static AnchorProof proof(Block block) throws CodecException {
    return AnchorProofs.decode(block);
  }

  /**
   * The proof block and the nodes on the path, root first, as far as they are found.
   *
   * @throws CodecException when one is wrong, the path leads elsewhere, or one is missing where all
   *     must be there
   */
  static List<Block> collect(Event.Time event, Blocks blocks, Origin origin) throws CodecException {
    int[] steps = steps(event.path());
    Optional<Block> proofBlock = blocks.find(event.proof());
    if (proofBlock.isEmpty()) {
      if (origin.complete()) {
        throw origin.missing("Time Event", "proof");
      }
      return List.of();
    }
    List<Block> found = new ArrayList<>(steps.length + 1);
    Block proof = EventDecoder.checked(event.proof(), proofBlock.get());
    found.add(proof);
    Cid at = proof(proof).root();
    for (int i = 0; i < steps.length; i++) {
      Optional<Block> node = blocks.find(at);
      if (node.isEmpty()) {
        if (origin.complete()) {
          throw origin.missing("Time Event", i == 0 ? "root" : "path index " + (i - 1));
        }
        return found;
      }
      Block checked = EventDecoder.checked(at, node.get());
      found.add(checked);
      at = step(checked, steps[i]);
    }
    if (!at.equals(event.prev())) {
      throw new CodecException(
          "the anchor commit proof "
              + event.proof()
              + " with path "
              + event.path()
              + " points to invalid 'prev' commit. Expected prev='"
              + event.prev()
              + "' but found '"
              + at
              + "'");
    }
    return found;
  }

  private static Cid step(Block node, int index) throws CodecException {
    if (!(DagCbor.decode(node.data()) instanceof Ipld.List list)) {
      throw new CodecException("Time Event witness node must be a list");
    }
    if (index < list.items().size() && list.items().get(index) instanceof Ipld.Link link) {
      return link.cid();
    }
    throw new CodecException("Time Event witness node " + node.cid() + " has no link " + index);
  }

  private static int[] steps(String path) throws CodecException {
    if (path.isEmpty()) {
      return new int[0];
    }
    if (path.length() > 2 * MAX_STEPS) {
      throw new CodecException("Time event path is longer than " + MAX_STEPS + " steps");
    }
    int[] steps = new int[path.length() / 2 + 1];
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean fits = i % 2 == 1 ? c == '/' : c == '0' || c == '1';
      if (!fits || path.length() % 2 == 0) {
        throw new CodecException("Time event path '" + path + "' is not of steps 0 and 1");
      }
      if (i % 2 == 0) {
        steps[i / 2] = c - '0';
      }
    }
    return steps;
  }
}
