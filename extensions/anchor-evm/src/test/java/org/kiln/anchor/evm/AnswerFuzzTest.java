package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import org.kiln.api.ipld.Cid;

/** What a chain's node may answer: anything. It is read, or called nonsense; it never crashes. */
class AnswerFuzzTest {

  @FuzzTest(maxDuration = "20s")
  void answers(byte[] data) {
    try {
      JsonNode result = JsonRpc.parse("eth_fuzz", data, 200);
      read(() -> EvmNode.transaction(result).ifPresent(AnswerFuzzTest::check));
      read(
          () ->
              EvmNode.receipt(result)
                  .ifPresent(receipt -> assertThat(receipt.blockNumber()).isNotNegative()));
      read(
          () ->
              EvmNode.block(result)
                  .ifPresent(
                      block -> {
                        assertThat(block.number()).isNotNegative();
                        assertThat(block.timestamp()).isNotNegative();
                      }));
    } catch (IOException refused) {
      assertThat(refused).hasMessageContaining("eth_fuzz");
    }
  }

  private static void check(EvmNode.Transaction transaction) {
    transaction.blockNumber().ifPresent(number -> assertThat(number).isNotNegative());
    input(AnchorContract.RAW, transaction.input());
  }

  /** The calldata of transactions, which anybody can send. */
  @FuzzTest(maxDuration = "20s")
  void calls(FuzzedDataProvider data) {
    String type = data.pickValue(new String[] {AnchorContract.RAW, "f(bytes32)", "other"});
    input(type, data.consumeRemainingAsBytes());
  }

  private static void input(String type, byte[] input) {
    Optional<Cid> root = AnchorContract.root(type, input);
    root.ifPresent(cid -> assertThat(cid.digest().length).isLessThanOrEqualTo(input.length));
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void read(Reading reading) {
    try {
      reading.run();
    } catch (IOException refused) {
      assertThat(refused).hasMessageContaining("nonsense");
    }
  }
}
