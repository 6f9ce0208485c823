package org.kiln.anchor.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorChain.Submission;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;

final class InMemoryChainTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final Cid ROOT = Cid.sha256(Cid.DAG_CBOR, new byte[] {1});

  @Test
  void shouldMakeProofsThatAnotherNodeValidatesAtTheSameTime() throws AnchorException {
    AnchorProof proof = proof(at(NOW), ROOT);
    assertThat(proof.chainId()).isEqualTo("inmemory:12345");
    assertThat(proof.txType()).contains("f(bytes32)");
    assertThat(proof.txHash().codec()).isEqualTo(Cid.ETH_TX);
    assertThat(proof.txHash().digest()).hasSize(32);
    assertThat(at(NOW.plusSeconds(86_400 * 365)).validate(proof, Deadline.NONE))
        .isEqualTo(new Validation.Valid(Instant.ofEpochSecond(NOW.getEpochSecond())));
    assertThat(at(NOW.minusSeconds(59)).validate(proof, Deadline.NONE))
        .isEqualTo(new Validation.Valid(Instant.ofEpochSecond(NOW.getEpochSecond())));
  }

  @Test
  void rejectsAProofForAnotherRoot() throws AnchorException {
    AnchorProof proof = proof(at(NOW), ROOT);
    Cid other = Cid.sha256(Cid.DAG_CBOR, new byte[] {2});
    assertThat(
            at(NOW)
                .validate(
                    new AnchorProof(proof.chainId(), other, proof.txHash(), proof.txType()),
                    Deadline.NONE))
        .isInstanceOfSatisfying(
            Validation.Invalid.class,
            invalid -> assertThat(invalid.reason()).contains("does not carry the root"));
  }

  @Test
  void rejectsAnotherChain() throws AnchorException {
    AnchorProof proof = proof(at(NOW), ROOT);
    assertThat(
            at(NOW)
                .validate(
                    new AnchorProof("inmemory:1", proof.root(), proof.txHash(), proof.txType()),
                    Deadline.NONE))
        .isInstanceOf(Validation.Invalid.class);
  }

  @Test
  void shouldNotJudgeAProofFromTheFuture() throws AnchorException {
    AnchorProof proof = proof(at(NOW.plusSeconds(90)), ROOT);
    assertThat(at(NOW).validate(proof, Deadline.NONE))
        .isInstanceOfSatisfying(
            Validation.Unknown.class,
            unknown -> assertThat(unknown.retry().after()).contains(Duration.ofSeconds(90)));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 253_402_300_800L, Long.MAX_VALUE})
  void rejectsATimeThatNoClockShows(long seconds) throws AnchorException {
    Cid txHash = InMemoryTransaction.hash(InMemoryChain.CHAIN_ID, ROOT, seconds);
    assertThat(
            at(NOW)
                .validate(
                    new AnchorProof(InMemoryChain.CHAIN_ID, ROOT, txHash, Optional.empty()),
                    Deadline.NONE))
        .isInstanceOf(Validation.Invalid.class);
    assertThat(at(NOW).status(new Submission(ROOT, txHash.toString()), Deadline.NONE))
        .isInstanceOf(Status.Lost.class);
  }

  @Test
  void shouldBePendingUntilFinal() throws AnchorException {
    InMemoryChain sent =
        new InMemoryChain(InstantSource.fixed(NOW), Duration.ofSeconds(5), Duration.ZERO);
    InMemoryChain later =
        new InMemoryChain(
            InstantSource.fixed(NOW.plusSeconds(5)), Duration.ofSeconds(5), Duration.ZERO);
    Submission submission = sent.submit(ROOT, Deadline.NONE);
    assertThat(sent.status(submission, Deadline.NONE)).isInstanceOf(Status.Pending.class);
    assertThat(later.status(submission, Deadline.NONE)).isInstanceOf(Status.Final.class);
  }

  @Test
  void rejectsReferencesThatAreNotItsOwn() throws AnchorException {
    assertThatThrownBy(() -> at(NOW).status(new Submission(ROOT, "0x00"), Deadline.NONE))
        .isInstanceOfSatisfying(
            AnchorException.class, e -> assertThat(e.retry().worthwhile()).isFalse());
    Cid other = Cid.sha256(Cid.DAG_CBOR, new byte[] {2});
    String reference = at(NOW).submit(other, Deadline.NONE).reference();
    assertThat(at(NOW).status(new Submission(ROOT, reference), Deadline.NONE))
        .isInstanceOf(Status.Lost.class);
  }

  @Property(tries = 300)
  void anyChangeOfTheHashIsNoticed(
      @ForAll @Size(32) byte[] digest,
      @ForAll @LongRange(min = 0, max = 4_000_000_000L) long time) {
    Cid random = Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, digest);
    assertThat(
            at(Instant.ofEpochSecond(time))
                .validate(
                    new AnchorProof(InMemoryChain.CHAIN_ID, ROOT, random, Optional.empty()),
                    Deadline.NONE))
        .isInstanceOf(Validation.Invalid.class);
  }

  private static InMemoryChain at(Instant time) {
    return new InMemoryChain(InstantSource.fixed(time), Duration.ZERO, Duration.ofSeconds(60));
  }

  private static AnchorProof proof(InMemoryChain chain, Cid root) throws AnchorException {
    return ((Status.Final) chain.status(chain.submit(root, Deadline.NONE), Deadline.NONE)).proof();
  }
}
