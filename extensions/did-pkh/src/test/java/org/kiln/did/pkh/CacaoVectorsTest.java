package org.kiln.did.pkh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kiln.api.did.CapabilitySignature;
import org.kiln.api.ipld.Ipld;
import org.kiln.testkit.Vectors;

class CacaoVectorsTest {
  private static final Map<String, CapabilitySignature> BY_TYPE =
      Map.of("eip191", new Eip191Signature(), "solana:ed25519", new SolanaSignature());

  /** Refused for their time alone, which is not the wallet verifier's business. */
  private static final Set<String> TIME = Set.of("CACAO has expired", "CACAO is not valid yet");

  private static Stream<Vectors.Entry> signed() {
    return Vectors.load("cacao").stream()
        .filter(entry -> entry.inputs().has("cacao"))
        .filter(entry -> BY_TYPE.containsKey(entry.inputs().at("/cacao/s/t").asText()));
  }

  @TestFactory
  Stream<DynamicTest> shouldJudgeAsTheJavaScriptLibrary() {
    return signed()
        // Signed over the text's bytes as EIP-191 says; the library counts UTF-16 units and
        // refuses.
        .filter(entry -> !entry.name().equals("unicode-statement"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      JsonNode expected = entry.expected();
                      boolean holds =
                          expected.get("ok").asBoolean()
                              || TIME.contains(expected.get("error").asText());
                      Ipld.Map cacao = Cacaos.of(entry.inputs().get("cacao"));
                      String type = entry.inputs().at("/cacao/s/t").asText();
                      assertThat(Cacaos.verdict(BY_TYPE.get(type), cacao).isEmpty())
                          .isEqualTo(holds);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> shouldBuildTheTextThatWasSigned() {
    return signed()
        .filter(entry -> entry.expected().has("signedText"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () -> {
                      Ipld.Map payload =
                          (Ipld.Map) Cacaos.of(entry.inputs().get("cacao")).get("p").orElseThrow();
                      Account account = Account.of(payload.text("iss").orElseThrow()).orElseThrow();
                      SignInMessage message = SignInMessage.of(account, payload);
                      boolean ethereum = account.namespace().equals("eip155");
                      String chain = ethereum ? "Ethereum" : "Solana";
                      List<String> texts =
                          List.of(
                              message.text(chain, account.address()),
                              message.text(
                                  chain,
                                  ethereum
                                      ? EthereumMessage.checksummed(account.address())
                                      : account.address()),
                              message.legacyText(chain, account.address()));
                      assertThat(texts).contains(entry.expected().get("signedText").asText());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> shouldTakeTheByteLengthThatWalletsSign() {
    return signed()
        .filter(entry -> entry.name().equals("unicode-statement"))
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.name(),
                    () ->
                        assertThat(
                                Cacaos.verdict(
                                    new Eip191Signature(), Cacaos.of(entry.inputs().get("cacao"))))
                            .isEmpty()));
  }
}
