package org.kiln.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorChain.Submission;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;

/**
 * What the node expects of every chain it writes to: roots that are sent become final with a proof
 * that the chain's own validator takes, and the same root is not paid for twice. Subclass it and
 * hand it a chain, with a way to make what was sent final.
 */
public abstract class AnchorChainContract {

  /** A chain over the same ledger as every other one of this test, as after a restart. */
  protected abstract AnchorChain chain() throws Exception;

  /** What checks the chain's proofs. */
  protected abstract AnchorProofValidator validator() throws Exception;

  /** Makes final whatever was sent: mines blocks, moves a clock. */
  protected abstract void settle() throws Exception;

  /** Whether sending costs, so that the same root must not be sent again. */
  protected boolean costs() {
    return true;
  }

  /** The chain that proofs name; another one when this one stands for a service. */
  protected String proofChainId() throws Exception {
    return chain().chainId();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(60));
  }

  @Test
  protected void shouldBeNamedAsCaip2Says() throws Exception {
    assertThat(chain().chainId()).matches("[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}");
  }

  @Test
  protected void shouldMakeARootFinalWithAProofThatHolds() throws Exception {
    Cid root = SampleStream.cid("root");
    AnchorChain chain = chain();
    Submission sent = chain.submit(root, soon());
    assertThat(sent.root()).isEqualTo(root);
    assertThat(sent.reference()).isNotBlank().hasSizeLessThanOrEqualTo(1_000);
    settle();
    Status.Final end = last(chain, sent);
    AnchorProof proof = end.proof();
    assertThat(proof.chainId()).isEqualTo(proofChainId());
    // The node refuses proof blocks whose transaction is named in any other way.
    assertThat(proof.txHash().codec()).isEqualTo(Cid.ETH_TX);
    assertThat(proof.txHash().hashFunction()).isEqualTo(Cid.KECCAK_256);
    assertThat(proof.txHash().digest()).hasSize(32);
    if (end.path().isEmpty()) {
      assertThat(proof.root()).isEqualTo(root);
      assertThat(end.nodes()).isEmpty();
    } else {
      assertThat(end.path()).matches("[01](/[01])*");
      assertThat(end.nodes()).hasSize(end.path().split("/").length);
      assertThat(end.nodes().get(0).cid()).isEqualTo(proof.root());
    }
    assertThat(validator().validate(proof, soon())).isInstanceOf(Validation.Valid.class);
  }

  @Test
  protected void shouldFindWhatWasSentAfterARestart() throws Exception {
    Cid root = SampleStream.cid("root");
    Submission first = chain().submit(root, soon());
    Submission again = chain().submit(root, soon());
    if (costs()) {
      assertThat(again).isEqualTo(first);
    }
    settle();
    last(chain(), first);
    last(chain(), again);
  }

  @Test
  protected void shouldTakeRootsFromManyThreads() throws Exception {
    AnchorChain chain = chain();
    List<Callable<Submission>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Cid root = SampleStream.cid("root " + i);
      calls.add(() -> chain.submit(root, soon()));
    }
    List<Submission> sent = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (Future<Submission> submission : executor.invokeAll(calls)) {
        sent.add(submission.get());
      }
    }
    assertThat(sent).extracting(Submission::root).doesNotHaveDuplicates();
    settle();
    for (Submission submission : sent) {
      Status.Final end = last(chain, submission);
      if (end.path().isEmpty()) {
        assertThat(end.proof().root()).isEqualTo(submission.root());
      }
    }
  }

  @Test
  protected void rejectsWhatItNeverSent() throws Exception {
    AnchorChain chain = chain();
    Cid root = SampleStream.cid("never sent");
    for (String reference : List.of("nonsense", "", "0x00", SampleStream.cid("tx").toString())) {
      try {
        assertThat(chain.status(new Submission(root, reference), soon()))
            .as(reference)
            .isInstanceOfAny(Status.Lost.class, Status.Pending.class);
      } catch (AnchorException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  protected void rejectsProofsForOtherRoots() throws Exception {
    AnchorChain chain = chain();
    Submission sent = chain.submit(SampleStream.cid("root"), soon());
    settle();
    AnchorProof good = last(chain, sent).proof();
    AnchorProof forged =
        new AnchorProof(good.chainId(), SampleStream.cid("forged"), good.txHash(), good.txType());
    assertThat(validator().validate(forged, soon())).isInstanceOf(Validation.Invalid.class);
  }

  private static Status.Final last(AnchorChain chain, Submission sent) throws AnchorException {
    Status status = chain.status(sent, soon());
    assertThat(status).as("after settle()").isInstanceOf(Status.Final.class);
    return (Status.Final) status;
  }
}
