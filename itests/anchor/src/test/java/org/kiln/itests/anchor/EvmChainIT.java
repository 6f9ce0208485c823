package org.kiln.itests.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kiln.anchor.AnchorService;
import org.kiln.anchor.AnchorSettings;
import org.kiln.anchor.evm.EvmAnchoring;
import org.kiln.anchor.evm.EvmConfiguration;
import org.kiln.api.anchor.AnchorChain;
import org.kiln.api.anchor.AnchorChain.Status;
import org.kiln.api.anchor.AnchorChain.Submission;
import org.kiln.api.anchor.AnchorException;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Block;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;
import org.kiln.api.stream.Event;
import org.kiln.api.stream.StreamId;
import org.kiln.core.anchor.TimestampDesk;
import org.kiln.core.extension.FixedExtensions;
import org.kiln.core.log.NodeTables;
import org.kiln.events.EventStore;
import org.kiln.ipld.Car;
import org.kiln.ipld.event.DecodedEvent;
import org.kiln.ipld.event.EventDecoder;
import org.kiln.ipld.event.ProofPath;
import org.kiln.store.memory.MemoryStore;

/** Anchoring on a chain in a process of its own, and what can go wrong there. */
final class EvmChainIT {
  private static final long PATIENT = 3_600_000;

  private static Ganache ganache;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    ganache = Ganache.start();
  }

  @AfterAll
  static void stop() {
    if (ganache != null) {
      ganache.close();
    }
  }

  @AfterEach
  void mine() throws IOException, InterruptedException {
    ganache.call("miner_start");
  }

  @Test
  void shouldAnchorARootThatValidates() throws Exception {
    try (EvmAnchoring evm = open(1, 2, PATIENT, "auto")) {
      AnchorChain chain = evm.chain().orElseThrow();
      Submission submission = chain.submit(root(1), in());
      assertThat(chain.status(submission, in())).isEqualTo(new Status.Included(0));
      ganache.mine(1);
      assertThat(chain.status(submission, in())).isEqualTo(new Status.Included(1));
      ganache.mine(1);
      AnchorProof proof = proof(chain, submission);
      assertThat(proof.chainId()).isEqualTo("eip155:1337");
      assertThat(proof.root()).isEqualTo(root(1));
      assertThat(proof.txType()).contains("f(bytes32)");
      assertThat(evm.validator().validate(proof, in())).isInstanceOf(Validation.Valid.class);
      assertThat(
              evm.validator()
                  .validate(
                      new AnchorProof(proof.chainId(), root(2), proof.txHash(), proof.txType()),
                      in()))
          .isInstanceOf(Validation.Invalid.class);
      long time =
          Long.decode(
              ganache
                  .call(
                      "eth_getBlockByHash",
                      ganache
                          .call("eth_getTransactionByHash", submission.reference())
                          .get("blockHash")
                          .asText(),
                      false)
                  .get("timestamp")
                  .asText());
      assertThat(evm.validator().validate(proof, in()))
          .isEqualTo(new Validation.Valid(Instant.ofEpochSecond(time)));
    }
  }

  @Test
  void shouldAnchorWithLegacyTransactions() throws Exception {
    try (EvmAnchoring evm = open(2, 0, PATIENT, "legacy")) {
      AnchorChain chain = evm.chain().orElseThrow();
      Submission submission = chain.submit(root(3), in());
      assertThat(
              ganache.call("eth_getTransactionByHash", submission.reference()).get("type").asText())
          .isEqualTo("0x0");
      assertThat(evm.validator().validate(proof(chain, submission), in()))
          .isInstanceOf(Validation.Valid.class);
    }
  }

  @Test
  void shouldNotPayTwiceForARootEvenAfterARestart() throws Exception {
    String account = ganache.accounts().get(3);
    long before = ganache.nonce(account);
    Submission first;
    try (EvmAnchoring evm = open(3, 5, PATIENT, "auto")) {
      first = evm.chain().orElseThrow().submit(root(4), in());
      assertThat(evm.chain().orElseThrow().submit(root(4), in())).isEqualTo(first);
    }
    try (EvmAnchoring evm = open(3, 0, PATIENT, "auto")) {
      assertThat(evm.chain().orElseThrow().submit(root(4), in())).isEqualTo(first);
      assertThat(proof(evm.chain().orElseThrow(), first).root()).isEqualTo(root(4));
    }
    assertThat(ganache.nonce(account)).isEqualTo(before + 1);
  }

  @Test
  void shouldFindTheTransactionWithoutItsJournal() throws Exception {
    Submission first;
    try (EvmAnchoring evm = open(3, 5, PATIENT, "auto")) {
      first = evm.chain().orElseThrow().submit(root(5), in());
    }
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (EvmAnchoring evm = open(3, 0, PATIENT, "auto")) {
      assertThat(proof(evm.chain().orElseThrow(), first).root()).isEqualTo(root(5));
      Submission unknown = new Submission(root(5), "0x" + "1".repeat(64));
      assertThat(evm.chain().orElseThrow().status(unknown, in())).isInstanceOf(Status.Lost.class);
    }
  }

  @Test
  void shouldGoBackToPendingInAReorganisationAndComeAgain() throws Exception {
    String account = ganache.accounts().get(4);
    long before = ganache.nonce(account);
    String snapshot = ganache.call("evm_snapshot").asText();
    try (EvmAnchoring evm = open(4, 2, PATIENT, "auto")) {
      AnchorChain chain = evm.chain().orElseThrow();
      Submission submission = chain.submit(root(6), in());
      ganache.mine(1);
      assertThat(chain.status(submission, in())).isEqualTo(new Status.Included(1));
      AnchorProof early =
          new AnchorProof(
              chain.chainId(), root(6), txCid(submission.reference()), Optional.of("f(bytes32)"));
      assertThat(evm.validator().validate(early, in())).isInstanceOf(Validation.Valid.class);

      assertThat(ganache.call("evm_revert", snapshot).asBoolean()).isTrue();
      assertThat(evm.validator().validate(early, in())).isInstanceOf(Validation.Unknown.class);
      ganache.call("miner_stop");
      assertThat(chain.status(submission, in())).isInstanceOf(Status.Pending.class);
      ganache.call("miner_start");
      Deadline deadline = in();
      while (!(chain.status(submission, in()) instanceof Status.Included)) {
        assertThat(deadline.expired()).as("waited too long").isFalse();
        LockSupport.parkNanos(20_000_000);
      }
      ganache.mine(2);
      assertThat(proof(chain, submission)).isEqualTo(early);
      assertThat(ganache.nonce(account)).isEqualTo(before + 1);
    }
  }

  @Test
  void shouldReplaceATransactionThatHangs() throws Exception {
    String account = ganache.accounts().get(5);
    // ganache 7.9 does not replace a raw transaction of nonce 0 but mines all of them.
    ganache.transaction(account, account, null, null, null);
    long before = ganache.nonce(account);
    try (EvmAnchoring evm = open(5, 0, 1, "auto")) {
      AnchorChain chain = evm.chain().orElseThrow();
      ganache.call("miner_stop");
      Submission submission = chain.submit(root(7), in());
      LockSupport.parkNanos(5_000_000);
      assertThat(chain.status(submission, in())).isInstanceOf(Status.Pending.class);
      LockSupport.parkNanos(5_000_000);
      assertThat(chain.status(submission, in())).isInstanceOf(Status.Pending.class);
      ganache.call("miner_start");
      AnchorProof proof = proof(chain, submission);
      assertThat(proof.txHash()).as("a dearer one").isNotEqualTo(txCid(submission.reference()));
      assertThat(evm.validator().validate(proof, in())).isInstanceOf(Validation.Valid.class);
      assertThat(ganache.nonce(account)).isEqualTo(before + 1);
    }
  }

  @Test
  void shouldOutbidAnUnknownTransactionThatHoldsTheNonce() throws Exception {
    String account = ganache.accounts().get(6);
    ganache.transaction(account, account, null, null, null);
    try (EvmAnchoring evm = open(6, 0, PATIENT, "auto")) {
      AnchorChain chain = evm.chain().orElseThrow();
      ganache.call("miner_stop");
      ganache.transaction(
          account, account, null, "0x" + Long.toHexString(ganache.nonce(account)), "0x174876e800");
      Submission submission = chain.submit(root(8), in());
      ganache.call("miner_start");
      assertThat(evm.validator().validate(proof(chain, submission), in()))
          .isInstanceOf(Validation.Valid.class);
    }
  }

  @Test
  void shouldSendAgainWhenAnotherTransactionTookTheNonce() throws Exception {
    String account = ganache.accounts().get(7);
    ganache.transaction(account, account, null, null, null);
    try (EvmAnchoring evm = open(7, 0, PATIENT, "auto")) {
      AnchorChain chain = evm.chain().orElseThrow();
      ganache.call("miner_stop");
      Submission submission = chain.submit(root(9), in());
      ganache.transaction(
          account, account, null, "0x" + Long.toHexString(ganache.nonce(account)), "0x2e90edd000");
      ganache.call("miner_start");
      Deadline deadline = in();
      while (chain.status(submission, in()) instanceof Status.Pending) {
        assertThat(deadline.expired()).as("waited too long").isFalse();
        LockSupport.parkNanos(20_000_000);
      }
      assertThat(chain.status(submission, in()))
          .isInstanceOfSatisfying(
              Status.Lost.class, lost -> assertThat(lost.reason()).contains("took nonce"));
      Submission again = chain.submit(root(9), in());
      assertThat(proof(chain, again).root()).isEqualTo(root(9));
    }
  }

  @Test
  void shouldNotCondemnWhileTheNodeHangs() throws Exception {
    try (EvmAnchoring evm = open(8, 0, PATIENT, "auto")) {
      AnchorChain chain = evm.chain().orElseThrow();
      Submission submission = chain.submit(root(10), in());
      AnchorProof proof = proof(chain, submission);
      ganache.hang(true);
      try {
        Deadline soon = Deadline.in(Duration.ofMillis(300));
        assertThatThrownBy(() -> chain.submit(root(11), soon))
            .isInstanceOfSatisfying(
                AnchorException.class, e -> assertThat(e.retry().worthwhile()).isTrue());
        assertThat(evm.validator().validate(proof, Deadline.in(Duration.ofMillis(300))))
            .isInstanceOf(Validation.Unknown.class);
      } finally {
        ganache.hang(false);
      }
      assertThat(evm.validator().validate(proof, in())).isInstanceOf(Validation.Valid.class);
      assertThat(proof(chain, chain.submit(root(11), in())).root()).isEqualTo(root(11));
    }
  }

  @Test
  void rejectsForGoodWhatTheContractRefuses() throws Exception {
    try (EvmAnchoring evm = open(Ganache.stranger(), 0, PATIENT, "auto")) {
      assertPermanent(evm, "caller is not allowed");
    }
  }

  @Test
  void rejectsForGoodWithoutMoney() throws Exception {
    String poor = ganache.accounts().get(Ganache.POOR);
    ganache.transaction(
        ganache.accounts().get(0),
        ganache.contract(),
        "0x39cd70d2" + "0".repeat(24) + poor.substring(2),
        null,
        null);
    try (EvmAnchoring evm = open(Ganache.POOR, 0, PATIENT, "auto")) {
      assertPermanent(evm, "insufficient funds");
    }
  }

  @Test
  void shouldWaitWhileGasIsTooDear() throws Exception {
    try (EvmAnchoring evm = configuration(9, 0, PATIENT, "auto", 0.000001).open()) {
      assertThatThrownBy(() -> evm.chain().orElseThrow().submit(root(12), in()))
          .isInstanceOfSatisfying(
              AnchorException.class,
              e -> {
                assertThat(e.retry().worthwhile()).isTrue();
                assertThat(e.getMessage()).contains("more than the limit");
              });
    }
  }

  @Test
  void rejectsTransactionsOfOtherContractsAndBareData() throws Exception {
    try (EvmAnchoring evm = open(1, 0, PATIENT, "auto");
        EvmAnchoring readOnly = readOnly()) {
      String account = ganache.accounts().get(1);
      AnchorProof official =
          proof(evm.chain().orElseThrow(), evm.chain().orElseThrow().submit(root(13), in()));
      assertThat(readOnly.chain()).isEmpty();
      assertThat(readOnly.validator().validate(official, in()))
          .as("a contract that is not trusted there")
          .isInstanceOf(Validation.Invalid.class);
      String raw = "0x0f" + HexFormat.of().formatHex(root(14).bytes());
      String hash = ganache.transaction(account, account, raw, null, null).asText();
      assertThat(
              evm.validator()
                  .validate(
                      new AnchorProof(Ganache.CHAIN_ID, root(14), txCid(hash), Optional.of("raw")),
                      in()))
          .isInstanceOfSatisfying(
              Validation.Invalid.class,
              invalid -> assertThat(invalid.reason()).contains("must include the txType"));
    }
  }

  @Test
  void shouldStampTheRequestsOfOtherNodes() throws Exception {
    try (EvmAnchoring evm = open(10, 1, PATIENT, "auto");
        EventStore store = EventStore.open(new MemoryStore(NodeTables.ALL));
        AnchorService service =
            new AnchorService(
                store,
                FixedExtensions.builder()
                    .add(AnchorChain.class, Ganache.CHAIN_ID, evm.chain().orElseThrow())
                    .build(),
                Optional::empty,
                new AnchorSettings(
                    true,
                    false,
                    Ganache.CHAIN_ID,
                    Duration.ZERO,
                    1000,
                    Duration.ofSeconds(20),
                    Duration.ofMillis(50),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1),
                    16,
                    Duration.ofDays(1)),
                InstantSource.system())) {
      List<Cid> tips =
          java.util.stream.IntStream.range(100, 137).mapToObj(EvmChainIT::root).toList();
      for (Cid tip : tips) {
        service.request("did:key:z", StreamId.of(3, tip), tip, in());
      }
      service.anchorNow();
      Deadline deadline = in();
      while (service.overview().batchesDone() == 0) {
        assertThat(deadline.expired()).as("waited too long").isFalse();
        ganache.mine(1);
        LockSupport.parkNanos(20_000_000);
      }
      for (Cid tip : tips) {
        TimestampDesk.Ticket ticket = service.ticket("did:key:z", tip).orElseThrow();
        assertThat(ticket.status()).isEqualTo(TimestampDesk.Status.COMPLETED);
        Car car = Car.read(ticket.witnessCar().orElseThrow());
        Map<Cid, Block> blocks = new HashMap<>();
        car.blocks().forEach(block -> blocks.put(block.cid(), block));
        DecodedEvent event =
            EventDecoder.decode(car.roots().get(0), EventDecoder.Blocks.of(blocks));
        AnchorProof proof =
            ProofPath.verify((Event.Time) event.event(), EventDecoder.Blocks.of(blocks));
        assertThat(evm.validator().validate(proof, in())).isInstanceOf(Validation.Valid.class);
      }
    }
  }

  private static void assertPermanent(EvmAnchoring evm, String reason) {
    assertThatThrownBy(() -> evm.chain().orElseThrow().submit(root(99), in()))
        .isInstanceOfSatisfying(
            AnchorException.class,
            e -> {
              assertThat(e.getMessage()).contains(reason);
              assertThat(e.retry().worthwhile()).isFalse();
            });
  }

  private EvmAnchoring open(int account, int confirmations, long stuckAfterMs, String form) {
    return configuration(account, confirmations, stuckAfterMs, form, 500).open();
  }

  private EvmConfiguration configuration(
      int account, int confirmations, long stuckAfterMs, String form, double maxFeeGwei) {
    return new EvmConfiguration(
        List.of(Ganache.CHAIN_ID + "=" + ganache.url()),
        List.of(),
        0,
        Ganache.CHAIN_ID,
        ganache.contract(),
        Ganache.key(account),
        "",
        confirmations,
        stuckAfterMs,
        maxFeeGwei,
        form,
        directory.toString());
  }

  private EvmAnchoring readOnly() {
    return new EvmConfiguration(
            List.of(Ganache.CHAIN_ID + "=" + ganache.url()),
            List.of(),
            0,
            "",
            "",
            "",
            "",
            0,
            PATIENT,
            500,
            "auto",
            directory.toString())
        .open();
  }

  private static AnchorProof proof(AnchorChain chain, Submission submission)
      throws AnchorException {
    // ganache may take a moment to mine what it was sent.
    Deadline deadline = in();
    Status status = chain.status(submission, in());
    while (status instanceof Status.Pending && !deadline.expired()) {
      LockSupport.parkNanos(50_000_000);
      status = chain.status(submission, in());
    }
    assertThat(status).isInstanceOf(Status.Final.class);
    return ((Status.Final) status).proof();
  }

  private static Cid root(int number) {
    return Cid.sha256(Cid.DAG_CBOR, new byte[] {(byte) number, 42});
  }

  private static Cid txCid(String hash) {
    return Cid.ofDigest(
        Cid.ETH_TX, Cid.KECCAK_256, HexFormat.of().parseHex(hash, 2, hash.length()));
  }

  private static Deadline in() {
    return Deadline.in(Duration.ofSeconds(30));
  }
}
