package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.anchor.AnchorProof;
import org.kiln.api.anchor.AnchorProofValidator.Validation;
import org.kiln.api.ipld.Cid;
import org.kiln.api.plugin.Deadline;

final class EvmProofValidatorTest {
  private static final Cid ROOT = Cid.sha256(Cid.DAG_CBOR, new byte[] {1});
  private static final String BLOCK = "0x" + "b".repeat(64);
  private static final String OTHER = "0x" + "1".repeat(40);

  private FakeRpc rpc;

  @BeforeEach
  void start() throws IOException {
    rpc = new FakeRpc();
    rpc.result("eth_chainId", "\"0x1\"")
        .result("eth_getBlockByHash", block(20_000_000, 1_700_000_000))
        .result("eth_getBlockByNumber", block(20_000_010, 1_700_000_120));
    transaction(20_000_000, AnchorContract.OFFICIAL, AnchorContract.call(ROOT));
  }

  @AfterEach
  void stop() {
    rpc.close();
  }

  @Test
  void shouldTakeTheTimeOfTheBlock() {
    assertThat(validate(proof(Optional.of("f(bytes32)"))))
        .isEqualTo(new Validation.Valid(Instant.ofEpochSecond(1_700_000_000)));
  }

  @ParameterizedTest
  @ValueSource(longs = {253_402_300_800L, Long.MAX_VALUE})
  void shouldNotBelieveATimeThatNoBlockHas(long seconds) {
    rpc.result("eth_getBlockByHash", block(20_000_000, seconds));
    assertThat(validate(proof(Optional.of("f(bytes32)"))))
        .isInstanceOfSatisfying(
            Validation.Unknown.class,
            unknown -> assertThat(unknown.reason()).contains("nonsense", "second " + seconds));
  }

  @Test
  void shouldAskForABlockOnce() {
    try (EvmNode node = new EvmNode("eip155:1", rpc.url())) {
      EvmProofValidator validator = validator(node, Set.of(), 0);
      for (int i = 0; i < 3; i++) {
        assertThat(validator.validate(proof(Optional.of("f(bytes32)")), in()))
            .isInstanceOf(Validation.Valid.class);
      }
    }
    assertThat(rpc.calls("eth_getBlockByHash")).isEqualTo(1);
    assertThat(rpc.calls("eth_chainId")).isEqualTo(1);
  }

  @Test
  void shouldCompareHashesOnly() {
    Cid jose = Cid.ofDigest(Cid.DAG_JOSE, Cid.SHA2_256, ROOT.digest());
    AnchorProof proof = new AnchorProof("eip155:1", jose, tx(), Optional.of("f(bytes32)"));
    assertThat(validate(proof)).isInstanceOf(Validation.Valid.class);
  }

  @Test
  void rejectsAnotherRoot() {
    AnchorProof proof =
        new AnchorProof(
            "eip155:1", Cid.sha256(Cid.DAG_CBOR, new byte[] {2}), tx(), Optional.of("f(bytes32)"));
    assertThat(validate(proof))
        .isInstanceOfSatisfying(
            Validation.Invalid.class,
            invalid -> assertThat(invalid.reason()).contains("is not in the transaction"));
  }

  @ParameterizedTest
  @CsvSource({
    // up to the threshold anything goes, above it only calls of the official contract
    "eip155:1,        0x1,      16688195, raw,  other,    valid",
    "eip155:1,        0x1,      16688195, none, other,    valid",
    "eip155:1,        0x1,      16688195, call, other,    valid",
    "eip155:1,        0x1,      16688196, raw,  official, must include the txType",
    "eip155:1,        0x1,      16688196, none, official, must include the txType",
    "eip155:1,        0x1,      16688196, call, other,    not the official anchoring contract",
    "eip155:1,        0x1,      16688196, call, trusted,  valid",
    "eip155:1,        0x1,      16688196, call, official, valid",
    "eip155:100,      0x64,     26509835, raw,  other,    valid",
    "eip155:100,      0x64,     26509836, raw,  other,    must include the txType",
    "eip155:11155111, 0xaa36a7, 5518585,  raw,  other,    valid",
    "eip155:11155111, 0xaa36a7, 5518586,  call, other,    not the official anchoring contract",
    "eip155:1337,     0x539,    1,        raw,  other,    valid",
    "eip155:1337,     0x539,    2,        call, other,    not the official anchoring contract",
    "eip155:424242,   0x67932,  99,       raw,  other,    valid",
  })
  void shouldKnowTheThresholdOfEachChain(
      String chain, String number, long block, String form, String to, String verdict) {
    String trusted = "0x" + "2".repeat(40);
    String address =
        switch (to) {
          case "official" -> "0x231055A0852D67C7107Ad0d0DFeab60278fE6AdC";
          case "trusted" -> trusted;
          default -> OTHER;
        };
    rpc.result("eth_chainId", "\"" + number + "\"");
    transaction(block, address, form.equals("call") ? AnchorContract.call(ROOT) : raw());
    Optional<String> type =
        switch (form) {
          case "call" -> Optional.of("f(bytes32)");
          case "raw" -> Optional.of("raw");
          default -> Optional.empty();
        };
    Validation validation;
    try (EvmNode node = new EvmNode(chain, rpc.url())) {
      validation =
          validator(node, Set.of(trusted.toUpperCase().replace("0X", "0x")), 0)
              .validate(new AnchorProof(chain, ROOT, tx(), type), in());
    }
    if (verdict.equals("valid")) {
      assertThat(validation).isEqualTo(new Validation.Valid(Instant.ofEpochSecond(1_700_000_000)));
    } else {
      assertThat(validation)
          .isInstanceOfSatisfying(
              Validation.Invalid.class, invalid -> assertThat(invalid.reason()).contains(verdict));
    }
  }

  @Test
  void shouldWaitForATransactionThatIsNotMined() {
    rpc.result(
        "eth_getTransactionByHash",
        "{\"to\":\""
            + OTHER
            + "\",\"input\":\""
            + Hex.data(AnchorContract.call(ROOT))
            + "\",\"blockHash\":null,\"blockNumber\":null}");
    assertUnknown(validate(proof(Optional.of("f(bytes32)"))), "in no block");
  }

  @Test
  void shouldNotCondemnATransactionThatIsNotFound() {
    rpc.result("eth_getTransactionByHash", "null");
    assertUnknown(validate(proof(Optional.of("f(bytes32)"))), "is not found");
  }

  @Test
  void shouldWaitForConfirmationsWhenToldTo() {
    try (EvmNode node = new EvmNode("eip155:1", rpc.url())) {
      assertUnknown(
          validator(node, Set.of(), 11).validate(proof(Optional.of("f(bytes32)")), in()),
          "10 of 11 blocks deep");
      assertThat(validator(node, Set.of(), 10).validate(proof(Optional.of("f(bytes32)")), in()))
          .isInstanceOf(Validation.Valid.class);
    }
  }

  @Test
  void shouldNotJudgeByANodeOfAnotherChain() {
    rpc.result("eth_chainId", "\"0x5\"");
    assertUnknown(validate(proof(Optional.of("f(bytes32)"))), "serves chain eip155:5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{}",
        "{\"result\":5}",
        "{\"result\":{\"input\":\"0xzz\"}}",
        "{\"result\":{\"input\":\"12\"}}",
        "{\"result\":{\"input\":\"0x\",\"blockNumber\":\"0xffffffffffffffffff\",\"blockHash\":\"0x\"}}",
      })
  void shouldNotJudgeByNonsense(String body) {
    rpc.body("eth_getTransactionByHash", body);
    assertThat(validate(proof(Optional.of("f(bytes32)")))).isInstanceOf(Validation.Unknown.class);
  }

  @Test
  void shouldNotJudgeByAnAnswerThatIsTooLarge() {
    rpc.body("eth_getTransactionByHash", "{\"result\":\"" + "a".repeat(5 << 20) + "\"}");
    assertUnknown(validate(proof(Optional.of("f(bytes32)"))), "cannot be asked");
  }

  @Test
  void shouldNotJudgeWhenNobodyAnswers() {
    URI dead = rpc.url();
    rpc.close();
    try (EvmNode node = new EvmNode("eip155:1", dead)) {
      assertUnknown(
          validator(node, Set.of(), 0).validate(proof(Optional.of("f(bytes32)")), in()),
          "cannot be asked");
    }
  }

  @Test
  void shouldNotJudgeOtherChains() {
    AnchorProof proof = new AnchorProof("eip155:5", ROOT, tx(), Optional.of("f(bytes32)"));
    assertUnknown(validate(proof), "no access to chain eip155:5");
  }

  private void transaction(long block, String to, byte[] input) {
    rpc.result(
        "eth_getTransactionByHash",
        "{\"to\":\""
            + to
            + "\",\"input\":\""
            + Hex.data(input)
            + "\",\"blockHash\":\""
            + BLOCK
            + "\",\"blockNumber\":\"0x"
            + Long.toHexString(block)
            + "\"}");
  }

  private static String block(long number, long time) {
    return "{\"number\":\"0x"
        + Long.toHexString(number)
        + "\",\"hash\":\""
        + BLOCK
        + "\",\"timestamp\":\"0x"
        + Long.toHexString(time)
        + "\"}";
  }

  private static byte[] raw() {
    byte[] cid = ROOT.bytes();
    byte[] input = new byte[cid.length + 1];
    input[0] = 0x0f;
    System.arraycopy(cid, 0, input, 1, cid.length);
    return input;
  }

  private static Cid tx() {
    return Cid.ofDigest(Cid.ETH_TX, Cid.KECCAK_256, new byte[32]);
  }

  private static AnchorProof proof(Optional<String> type) {
    return new AnchorProof("eip155:1", ROOT, tx(), type);
  }

  private Validation validate(AnchorProof proof) {
    try (EvmNode node = new EvmNode("eip155:1", rpc.url())) {
      return validator(node, Set.of(), 0).validate(proof, in());
    }
  }

  private static EvmProofValidator validator(EvmNode node, Set<String> trusted, int depth) {
    return new EvmProofValidator(Map.of(node.chainId(), node), new Trust(trusted), depth);
  }

  private static void assertUnknown(Validation validation, String reason) {
    assertThat(validation)
        .isInstanceOfSatisfying(
            Validation.Unknown.class,
            unknown -> {
              assertThat(unknown.reason()).contains(reason);
              assertThat(unknown.retry().worthwhile()).isTrue();
            });
  }

  private static Deadline in() {
    return Deadline.in(Duration.ofSeconds(60));
  }
}
