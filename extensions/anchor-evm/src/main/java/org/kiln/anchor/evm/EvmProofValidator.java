package org.kiln.anchor.evm;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.kiln.anchor.evm.JsonRpc.RpcException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;

/**
 * Looks the transactions of proofs up. What a chain's node does not know or cannot say now is
 * unknown: it may be behind, or the transaction may come back after a reorganisation. Thread-safe.
 */
final class EvmProofValidator implements AnchorProofValidator {
  private static final int TX_HASH_BYTES = 32;
  private static final int REMEMBERED_BLOCKS = 256;
  private static final long RETRY_UNREACHABLE_MS = 30_000;
  private static final long RETRY_UNMINED_MS = 15_000;
  private static final long RETRY_UNKNOWN_MS = 300_000;

  private final Map<String, EvmNode> nodes;
  private final Trust trust;
  private final int minConfirmations;
  private final Map<String, Long> blockTimes =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
              return size() > REMEMBERED_BLOCKS;
            }
          });

  /**
   * A validator.
   *
   * @param nodes the chains it can ask, by CAIP-2 text
   * @param minConfirmations blocks that must lie on top of a proof's block; 0 as all others do
   */
  EvmProofValidator(Map<String, EvmNode> nodes, Trust trust, int minConfirmations) {
    this.nodes = Map.copyOf(nodes);
    this.trust = trust;
    this.minConfirmations = minConfirmations;
  }

  @Override
  public Validation validate(AnchorProof proof, Deadline deadline) {
    EvmNode node = nodes.get(proof.chainId());
    if (node == null) {
      return new Validation.Unknown(
          "This node has no access to chain " + proof.chainId(),
          Retry.after(Duration.ofMillis(RETRY_UNKNOWN_MS)));
    }
    byte[] hash = proof.txHash().digest();
    if (hash.length != TX_HASH_BYTES) {
      return new Validation.Invalid("Proof names no transaction: " + proof.txHash());
    }
    try {
      node.requireChain(deadline);
      Optional<EvmNode.Transaction> tx = node.transaction(Hex.data(hash), deadline);
      if (tx.isEmpty()) {
        return new Validation.Unknown(
            "Transaction " + Hex.data(hash) + " is not found on chain " + proof.chainId(),
            Retry.after(Duration.ofMillis(RETRY_UNKNOWN_MS)));
      }
      return validate(proof, node, tx.get(), deadline);
    } catch (IOException | RpcException e) {
      return new Validation.Unknown(
          "Chain " + proof.chainId() + " cannot be asked: " + e.getMessage(),
          Retry.after(Duration.ofMillis(RETRY_UNREACHABLE_MS)));
    }
  }

  private Validation validate(
      AnchorProof proof, EvmNode node, EvmNode.Transaction tx, Deadline deadline)
      throws IOException, RpcException {
    // A transaction's input never changes, so a wrong root is final even before it is mined.
    Optional<Cid> root = AnchorContract.root(proof.txType().orElse(AnchorContract.RAW), tx.input());
    if (root.isEmpty() || !sameHash(root.get(), proof.root())) {
      return new Validation.Invalid("The root CID " + proof.root() + " is not in the transaction");
    }
    if (tx.blockHash().isEmpty() || tx.blockNumber().isEmpty()) {
      return new Validation.Unknown(
          "The transaction is in no block of chain " + proof.chainId() + " yet",
          Retry.after(Duration.ofMillis(RETRY_UNMINED_MS)));
    }
    long number = tx.blockNumber().get();
    Optional<String> objection = trust.objection(proof.chainId(), number, proof.txType(), tx.to());
    if (objection.isPresent()) {
      return new Validation.Invalid(objection.get());
    }
    if (minConfirmations > 0) {
      long depth = node.latest(deadline).number() - number;
      if (depth < minConfirmations) {
        return new Validation.Unknown(
            "The transaction's block lies " + depth + " of " + minConfirmations + " blocks deep",
            Retry.after(Duration.ofMillis(RETRY_UNMINED_MS)));
      }
    }
    Long known = blockTimes.get(tx.blockHash().get());
    if (known != null) {
      return new Validation.Valid(Instant.ofEpochSecond(known));
    }
    Optional<EvmNode.Block> block = node.blockByHash(tx.blockHash().get(), deadline);
    if (block.isEmpty()) {
      return new Validation.Unknown(
          "Block " + tx.blockHash().get() + " is not found on chain " + proof.chainId(),
          Retry.after(Duration.ofMillis(RETRY_UNMINED_MS)));
    }
    blockTimes.put(tx.blockHash().get(), block.get().timestamp());
    return new Validation.Valid(Instant.ofEpochSecond(block.get().timestamp()));
  }

  /** A call carries the digest alone, so the codec cannot be compared. */
  private static boolean sameHash(Cid inTransaction, Cid inProof) {
    return inTransaction.hashFunction() == inProof.hashFunction()
        && Arrays.equals(inTransaction.digest(), inProof.digest());
  }
}
