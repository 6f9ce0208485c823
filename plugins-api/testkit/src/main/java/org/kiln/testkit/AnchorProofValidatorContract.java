package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;

/**
 * What the node expects of every validator of proofs: a time for a proof that holds, no word of
 * praise for any other, and never an exception. Subclass it and hand it a validator with a proof
 * that holds.
 */
public abstract class AnchorProofValidatorContract {
  private static final long YEAR_2000 = 946_684_800L;
  private static final long YEAR_2200 = 7_258_118_400L;

  /** The validator under test. */
  protected abstract AnchorProofValidator validator() throws Exception;

  /** A proof that holds. */
  protected abstract AnchorProof proof() throws Exception;

  @Test
  protected void shouldTellTheTimeOfAProofThatHolds() throws Exception {
    assertThat(validate(validator(), proof()))
        .isInstanceOfSatisfying(
            Validation.Valid.class,
            valid ->
                assertThat(valid.blockTime().getEpochSecond()).isBetween(YEAR_2000, YEAR_2200));
  }

  @Test
  protected void shouldTellEveryoneTheSameTime() throws Exception {
    AnchorProofValidator validator = validator();
    AnchorProof proof = proof();
    Validation expected = validate(validator, proof);
    List<Callable<Validation>> calls = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      calls.add(() -> validate(validator, proof));
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<Validation> verdict : executor.invokeAll(calls)) {
        assertThat(verdict.get()).isEqualTo(expected);
      }
    }
  }

  @Test
  protected void rejectsAnotherRootInTheSameTransaction() throws Exception {
    AnchorProof good = proof();
    Cid other = SampleStream.cid("another root");
    Validation verdict =
        validate(validator(), new AnchorProof(good.chainId(), other, good.txHash(), good.txType()));
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Validation.Invalid.class, invalid -> assertThat(invalid.reason()).isNotBlank());
  }

  @Test
  protected void rejectsOrDoubtsEverythingElse() throws Exception {
    AnchorProof good = proof();
    Cid root = good.root();
    List<AnchorProof> others = new ArrayList<>();
    for (Cid tx :
        List.of(
            root,
            SampleStream.cid("no transaction"),
            Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]),
            Cid.ofDigest(Cid.RAW, Cid.IDENTITY, new byte[0]))) {
      others.add(new AnchorProof(good.chainId(), root, tx, good.txType()));
    }
    others.add(new AnchorProof("kilntest:1", root, good.txHash(), good.txType()));
    AnchorProofValidator validator = validator();
    for (AnchorProof proof : others) {
      switch (validate(validator, proof)) {
        case Validation.Valid valid -> throw new AssertionError(proof + " was taken: " + valid);
        case Validation.Invalid invalid -> assertThat(invalid.reason()).isNotBlank();
        case Validation.Unknown unknown -> {
          assertThat(unknown.reason()).isNotBlank();
          Retries.assertLater(unknown.retry(), unknown.reason());
        }
      }
    }
    AnchorProof oddType =
        new AnchorProof(good.chainId(), root, good.txHash(), Optional.of("\u0000nonsense"));
    assertThat(validate(validator, oddType)).isNotNull();
  }

  private static Validation validate(AnchorProofValidator validator, AnchorProof proof) {
    return validator.validate(proof, Deadline.in(Duration.ofSeconds(60)));
  }
}
