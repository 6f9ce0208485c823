package org.kiln.anchor.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kiln.api.ipld.Cid;
import org.kiln.testkit.Vectors;

final class AnchorContractTest {

  static Stream<Vectors.Entry> inputs() {
    return Vectors.load("timeevents").stream().filter(v -> v.name().startsWith("tx-input-"));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void shouldFindTheRootAsThePeerDoes(Vectors.Entry vector) {
    assertThat(
            AnchorContract.root(
                vector.inputs().get("txType").asText(),
                Hex.data(vector.inputs().get("txInput").asText())))
        .contains(Cid.parse(vector.expected().get("root").asText()));
  }

  @Test
  void shouldFindTheRootOfASepoliaTransaction() {
    byte[] input =
        Hex.data("0x97ad09eb7d6b5b17e15037a18de992fc3ad1efa7662b1a598b6d9c243a5e9463edc050d1");
    Cid root = Cid.parse("bafyreid5nnnrpykqg6qy32ms7q5nd35hmyvruwmlnwocios6srr63qcq2e");
    assertThat(AnchorContract.root("f(bytes32)", input)).contains(root);
    assertThat(AnchorContract.call(root)).isEqualTo(input);
  }

  @Test
  void shouldKnowATransactionHashByItsCid() {
    Vectors.Entry vector =
        Vectors.load("timeevents").stream()
            .filter(v -> v.name().equals("tx-hash-cid"))
            .findFirst()
            .orElseThrow();
    Cid cid = Cid.parse(vector.expected().get("cid").asText());
    assertThat(Hex.data(cid.digest())).isEqualTo(vector.inputs().get("txHash").asText());
    assertThat(cid)
        .isEqualTo(
            Cid.ofDigest(
                Cid.ETH_TX, Cid.KECCAK_256, Hex.data(vector.inputs().get("txHash").asText())));
  }

  @Test
  void rejectsOtherCalls() {
    byte[] call = AnchorContract.call(Cid.sha256(Cid.DAG_CBOR, new byte[0]));
    byte[] otherSelector = call.clone();
    otherSelector[0]++;
    assertThat(AnchorContract.root("f(bytes32)", otherSelector)).isEmpty();
    assertThat(AnchorContract.root("f(bytes32)", java.util.Arrays.copyOf(call, 35))).isEmpty();
    assertThat(AnchorContract.root("f(bytes32)", java.util.Arrays.copyOf(call, 37))).isEmpty();
    assertThat(AnchorContract.root("raw", call)).isEmpty();
    assertThatThrownBy(() -> AnchorContract.call(Cid.ofDigest(Cid.RAW, Cid.IDENTITY, new byte[32])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 500)
  void anyInputIsReadOrRefused(@ForAll @Size(max = 80) byte[] input) {
    Optional<Cid> called = AnchorContract.root("f(bytes32)", input);
    called.ifPresent(root -> assertThat(AnchorContract.call(root)).isEqualTo(input));
    Optional<Cid> raw = AnchorContract.root("raw", input);
    raw.ifPresent(root -> assertThat(root.bytes()).hasSize(input.length - 1));
  }
}
