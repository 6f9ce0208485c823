package org.kiln.api.anchor;

import java.util.List;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A chain this node can write Merkle roots to, or a service that does so for it. Register it as a
 * service with the property {@value #CHAIN_PROPERTY} (the text of {@link #chainId()}). Called on
 * the node's executor, may block until the deadline, must be thread-safe.
 */
@ConsumerType
public interface AnchorChain {
  /** Name of the service property that carries the chain. */
  String CHAIN_PROPERTY = "chain.id";

  /** CAIP-2 text, for example {@code eip155:11155111}. */
  String chainId();

  /**
   * Sends a transaction that carries the root. Sending the same root again, also after a restart of
   * the node, must find the first transaction rather than pay twice.
   *
   * @throws AnchorException when it could not be sent
   */
  Submission submit(Cid root, Deadline deadline) throws AnchorException;

  /**
   * How far a submission has come. The chain does here what it takes to get it through, such as
   * replacing a transaction that pays too little.
   *
   * @throws AnchorException when the chain could not be asked
   */
  Status status(Submission submission, Deadline deadline) throws AnchorException;

  /**
   * A root that was sent. The node keeps it across restarts.
   *
   * @param root the root
   * @param reference what the chain knows it by, for example the hash of the first transaction; at
   *     most 1000 characters
   */
  record Submission(Cid root, String reference) {}

  /** How far a submission has come. */
  sealed interface Status {
    /** Sent, not in a block yet. */
    record Pending() implements Status {}

    /**
     * In a block, not deep enough yet.
     *
     * @param confirmations blocks on top of it
     */
    record Included(int confirmations) implements Status {}

    /**
     * Deep enough.
     *
     * @param proof the proof that holds; its root is ours, or one that ours is a leaf of
     * @param path the way from the proof's root to ours, empty when it is ours
     * @param nodes the tree nodes on that way, from the proof's root down; empty when the path is
     */
    record Final(AnchorProof proof, String path, List<Block> nodes) implements Status {
      /** Copies the list. */
      public Final {
        nodes = List.copyOf(nodes);
      }

      /** A proof for our own root. */
      public Final(AnchorProof proof) {
        this(proof, "", List.of());
      }
    }

    /**
     * Gone: never mined, or its block was replaced. The node sends the root again.
     *
     * @param reason a sentence for the operator
     */
    record Lost(String reason) implements Status {}
  }
}
