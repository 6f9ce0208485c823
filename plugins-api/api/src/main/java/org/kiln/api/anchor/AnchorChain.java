package org.kiln.api.anchor;

import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A chain this node can write Merkle roots to. Register it as a service with the property {@value
 * #CHAIN_PROPERTY} (the CAIP-2 text of {@link #chainId()}). Called on the node's executor, may block
 * until the deadline, must be thread-safe.
 */
@ConsumerType
public interface AnchorChain {
  /** Name of the service property that carries the chain. */
  String CHAIN_PROPERTY = "chain.id";

  /** CAIP-2 text, for example {@code eip155:11155111}. */
  String chainId();

  /**
   * Sends a transaction that carries the root. Sending the same root again must find the first
   * transaction rather than pay twice.
   *
   * @throws AnchorException when it could not be sent
   */
  Submission submit(Cid root, Deadline deadline) throws AnchorException;

  /**
   * How far a transaction has come.
   *
   * @throws AnchorException when the chain could not be asked
   */
  Status status(Submission submission, Deadline deadline) throws AnchorException;

  /**
   * A transaction that was sent.
   *
   * @param root the root it carries
   * @param txHash its hash as a CID
   * @param txType as in {@link AnchorProof#txType()}
   */
  record Submission(Cid root, Cid txHash, String txType) {}

  /** How far a transaction has come. */
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
     * @param blockTime unix seconds of its block
     */
    record Final(long blockTime) implements Status {}

    /**
     * Gone: never mined, or its block was replaced.
     *
     * @param reason a sentence for the operator
     */
    record Lost(String reason) implements Status {}
  }
}
