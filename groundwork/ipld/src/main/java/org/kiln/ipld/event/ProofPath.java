package org.kiln.ipld.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.ipld.CodecException;
import org.kiln.api.stream.Event;
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
    return verify(event, blocks, new CheckedNodes());
  }

  /**
   * Verifies one of many time events that share their tree.
   *
   * @param checked the blocks that need not be hashed and decoded again
   * @return the proof, whose transaction is still to be checked
   * @throws CodecException when a block is missing or wrong, or the path leads elsewhere
   */
  public static AnchorProof verify(Event.Time event, Blocks blocks, CheckedNodes checked)
      throws CodecException {
    // The first of them is the proof, and with CAR's rules it is there.
    Block proof = collect(event, blocks, Origin.CAR, checked).get(0);
    return checked.proof(event.proof(), proof).proof();
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
    return collect(event, blocks, origin, new CheckedNodes());
  }

  private static List<Block> collect(
      Event.Time event, Blocks blocks, Origin origin, CheckedNodes checked) throws CodecException {
    int[] steps = steps(event.path());
    Optional<Block> proofBlock = blocks.find(event.proof());
    if (proofBlock.isEmpty()) {
      if (origin.complete()) {
        throw origin.missing("Time Event", "proof");
      }
      return List.of();
    }
    List<Block> found = new ArrayList<>(steps.length + 1);
    CheckedNodes.Proof proof = checked.proof(event.proof(), proofBlock.get());
    found.add(proof.block());
    Cid at = proof.proof().root();
    for (int i = 0; i < steps.length; i++) {
      Optional<Block> node = blocks.find(at);
      if (node.isEmpty()) {
        if (origin.complete()) {
          throw origin.missing("Time Event", i == 0 ? "root" : "path index " + (i - 1));
        }
        return found;
      }
      CheckedNodes.Node read = checked.node(at, node.get());
      found.add(read.block());
      at = read.step(steps[i]);
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
