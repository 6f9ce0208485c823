package org.kiln.anchor.inmemory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.plugin.Retry;

/** The chain and the validator of its proofs. Holds nothing; thread-safe. */
public final class InMemoryChain implements AnchorChain, AnchorProofValidator {
  /** The one chain of its kind, as js-ceramic names it. */
  public static final String CHAIN_ID = "inmemory:12345";

  private static final String TX_TYPE = "f(bytes32)";

  private final InstantSource clock;
  private final Duration finality;
  private final Duration skew;

  /**
   * A chain by that clock.
   *
   * @param finality how long a transaction takes until it is final; zero for at once
   * @param skew how far the clocks of the network's nodes may differ
   */
  public InMemoryChain(InstantSource clock, Duration finality, Duration skew) {
    this.clock = clock;
    this.finality = finality;
    this.skew = skew;
  }

  @Override
  public String chainId() {
    return CHAIN_ID;
  }

  /**
   * Nothing is paid here, so the same root may be sent at several times; each hash stands for one.
   */
  @Override
  public Submission submit(Cid root, Deadline deadline) {
    long seconds = clock.instant().getEpochSecond();
    return new Submission(root, InMemoryTransaction.hash(CHAIN_ID, root, seconds).toString());
  }

  @Override
  public Status status(Submission submission, Deadline deadline) throws AnchorException {
    Cid txHash;
    try {
      txHash = Cid.parse(submission.reference());
    } catch (IllegalArgumentException e) {
      throw new AnchorException(
          "'" + submission.reference() + "' is no transaction of " + CHAIN_ID, Retry.NEVER, e);
    }
    OptionalLong seconds = InMemoryTransaction.seconds(CHAIN_ID, submission.root(), txHash);
    if (seconds.isEmpty()) {
      return new Status.Lost("Transaction " + txHash + " does not carry " + submission.root());
    }
    long age = clock.millis() - seconds.getAsLong() * 1000;
    if (age < finality.toMillis()) {
      return new Status.Pending();
    }
    return new Status.Final(
        new AnchorProof(CHAIN_ID, submission.root(), txHash, Optional.of(TX_TYPE)));
  }

  @Override
  public Validation validate(AnchorProof proof, Deadline deadline) {
    if (!proof.chainId().equals(CHAIN_ID)) {
      return new Validation.Invalid("Chain '" + proof.chainId() + "' is not " + CHAIN_ID);
    }
    OptionalLong found = InMemoryTransaction.seconds(CHAIN_ID, proof.root(), proof.txHash());
    if (found.isEmpty()) {
      return new Validation.Invalid(
          "Transaction " + proof.txHash() + " does not carry the root " + proof.root());
    }
    long seconds = found.getAsLong();
    long ahead = seconds - clock.instant().getEpochSecond();
    if (ahead > skew.toSeconds()) {
      return new Validation.Unknown(
          "Transaction " + proof.txHash() + " is of " + ahead + " seconds in the future",
          Retry.after(Duration.ofMillis(Math.min(ahead, 3600) * 1000)));
    }
    return new Validation.Valid(Instant.ofEpochSecond(seconds));
  }
}
