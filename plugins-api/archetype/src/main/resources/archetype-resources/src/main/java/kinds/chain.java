package ${package};

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;
import org.osgi.service.component.annotations.Component;

/** A chain in memory, to begin with: this object is the ledger. */
@Component(
    property = {
      AnchorChain.CHAIN_PROPERTY + "=" + ${className}.CHAIN_ID,
      AnchorProofValidator.CHAINS_PROPERTY + "=" + ${className}.CHAIN_ID
    })
public final class ${className} implements AnchorChain, AnchorProofValidator {
  static final String CHAIN_ID = "${key}:local";

  private static final Duration RETRY = Duration.ofMinutes(1);

  private final Map<Cid, Long> seconds = new ConcurrentHashMap<>();

  @Override
  public String chainId() {
    return CHAIN_ID;
  }

  /** A proof names its transaction by 32 bytes, in this form of a CID. */
  private static Cid transaction(Cid root) {
    return Cid.ofDigest(
        Cid.ETH_TX, Cid.KECCAK_256, Cid.sha256(Cid.RAW, root.bytes()).digest());
  }

  @Override
  public Submission submit(Cid root, Deadline deadline) {
    Cid transaction = transaction(root);
    seconds.putIfAbsent(transaction, Instant.now().getEpochSecond());
    return new Submission(root, transaction.toString());
  }

  @Override
  public Status status(Submission submission, Deadline deadline) {
    Cid transaction = transaction(submission.root());
    return seconds.containsKey(transaction)
            && submission.reference().equals(transaction.toString())
        ? new Status.Final(
            new AnchorProof(CHAIN_ID, submission.root(), transaction, Optional.empty()))
        : new Status.Lost("Root " + submission.root() + " was never sent");
  }

  @Override
  public Validation validate(AnchorProof proof, Deadline deadline) {
    if (!proof.chainId().equals(CHAIN_ID)) {
      return new Validation.Invalid("Chain '" + proof.chainId() + "' is not " + CHAIN_ID);
    }
    Long time = seconds.get(proof.txHash());
    if (time == null) {
      return new Validation.Unknown(
          "There is no transaction " + proof.txHash() + " yet", Retry.after(RETRY));
    }
    return proof.txHash().equals(transaction(proof.root()))
        ? new Validation.Valid(Instant.ofEpochSecond(time))
        : new Validation.Invalid(
            "Transaction " + proof.txHash() + " does not carry " + proof.root());
  }
}
