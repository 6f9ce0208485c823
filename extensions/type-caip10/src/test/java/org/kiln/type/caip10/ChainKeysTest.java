package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;

/** Accounts whose keys only their chain knows: what it says, and what follows when it says none. */
class ChainKeysTest {
  private static JsonNode link(String name) throws IOException {
    return WalletLinksTest.links()
        .filter(link -> link.getName().equals(name))
        .map(Named::getPayload)
        .findFirst()
        .orElseThrow();
  }

  private static void assertWaits(FakeNode node, JsonNode link, String why) {
    Ipld.Map proof = Links.proof(link.get("proof"));
    String account = proof.text("account").orElseThrow();
    String chain = account.substring(account.indexOf('@') + 1);
    try (ChainNodes nodes = node.of(chain)) {
      assertThatThrownBy(() -> Links.apply(Links.asking(nodes), proof))
          .isInstanceOfSatisfying(
              DependencyMissingException.class,
              e -> assertThat(e.missing()).hasToString("chain:" + chain))
          .hasMessageContaining(account)
          .hasMessageContaining(why);
    }
  }

  @Test
  void shouldAskTezosForTheManagersKey() throws Exception {
    JsonNode link = link("tezos");
    String address = link.at("/proof/account").asText().split("@")[0];
    try (FakeNode node = new FakeNode(200, link.get("chain").toString());
        ChainNodes nodes = node.of("tezos:NetXdQprcVkpaWU")) {
      Links.apply(Links.asking(nodes), Links.proof(link.get("proof")));
      assertThat(node.asked())
          .containsExactly(
              "GET /chains/main/blocks/head/context/contracts/" + address + "/manager_key ");
    }
  }

  @Test
  void shouldAskEosioForTheAccount() throws Exception {
    JsonNode link = link("eosio");
    try (FakeNode node = new FakeNode(200, link.get("chain").toString());
        ChainNodes nodes = node.of("eosio:aca376f206b8fc25a6ed44dbdc66547c")) {
      Links.apply(Links.asking(nodes), Links.proof(link.get("proof")));
      assertThat(node.asked())
          .containsExactly("POST /v1/chain/get_account {\"account_name\":\"kilnkilnkiln\"}");
    }
  }

  @Test
  void shouldWriteWhatEosioWalletsSign() {
    LinkProof proof =
        new LinkProof(
            "kilnkilnkiln@eosio:aca376f206b8fc25a6ed44dbdc66547c",
            "Link\n\ndid:key:z6Mkpr5dTHF\u00a0\nx",
            "",
            0,
            false);
    assertThat(EosioAccount.payload(proof))
        .isEqualTo(
            "Link  did:key:z6Mk pr5dTHF  x [For: kilnkilnkiln  on chain: eosio:aca376 f206b8fc25a6"
                + " ed44dbdc6654 7c]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tezos | 200 | null | has not revealed its key",
        "tezos | 200 | {} | answered no key",
        "tezos | 200 | \"edpk\" | a key of another account",
        "tezos | 200 | \"edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav\" | another"
            + " account",
        "tezos | 404 | [] | answered 404",
        "tezos | 200 | \"edpk | tezos:NetXdQprcVkpaWU",
        "eosio | 500 | {\"code\":500} | answered 500",
        "eosio | 200 | {\"code\":500} | answered no permissions",
        "eosio | 200 | [] | answered no permissions",
        "eosio | 200 | {\"permissions\":7} | answered no permissions",
        "eosio | 200 | {\"permissions\":[{\"required_auth\":{ |"
            + " eosio:aca376f206b8fc25a6ed44dbdc66547c",
      })
  void shouldWaitForAnAnswerThatIsOne(String name, int status, String answer, String why)
      throws IOException {
    try (FakeNode node = new FakeNode(status, answer)) {
      assertWaits(node, link(name), why);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tezos", "eosio"})
  void shouldWaitForANodeThatIsGone(String name) throws IOException {
    FakeNode node = new FakeNode(200, "");
    node.close();
    assertWaits(node, link(name), "cannot be asked of its chain now");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tezos", "eosio"})
  void shouldWaitWithoutANode(String name) throws IOException {
    Ipld.Map proof = Links.proof(link(name).get("proof"));
    String account = proof.text("account").orElseThrow();
    String chain = account.substring(account.indexOf('@') + 1);
    assertThatThrownBy(() -> Links.apply(new Caip10LinkType(), proof))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).hasToString("chain:" + chain))
        .hasMessageContaining("no node of " + chain + " is configured");
  }

  @ParameterizedTest
  @CsvSource({
    "KT1PWx2mnDueood7fEmfbBDKx1D9BAnnXitn@tezos:NetXdQprcVkpaWU,"
        + " edsigtykEzZttHuvMNe7dULMcB1FB4xWihVv",
    "tz1PMKLndHvihtbkumnQuJM3xpo3YjYYNroq@tezos:NetXdQprcVkpaWU,"
        + " edsigtykEzZttHuvMNe7dULMcB1FB4xWihVv",
    "tz1PMKLndHvihtbkumnQuJM3xpo3YjYYNrop@tezos:NetXdQprcVkpaWU,"
        + " edsigtykEzZttHuvMNe7dULMcB1FB4xWihVv",
    "tz1PMKLndHvihtbkumnQuJM3xpo3YjYYNrop@tezos:NetXdQprcVkpaWU, ''",
    "kilnkilnkiln@eosio:aca376f206b8fc25a6ed44dbdc66547c, SIG_R1_K4vgH44rdKTM7GDgT8PRiXcod57SiBc1D",
    "kilnkilnkiln@eosio:aca376f206b8fc25a6ed44dbdc66547c, SIG_K1_1",
    "kilnkilnkiln@eosio:aca376f206b8fc25a6ed44dbdc66547c, SIG_K1_0OIl",
  })
  void shouldNotAskForWhatIsNoSignature(String account, String signature) {
    String chain = account.substring(account.indexOf('@') + 1);
    try (FakeNode node = new FakeNode(200, "null");
        ChainNodes nodes = node.of(chain)) {
      Ipld.Map proof = Links.proof(account, "x", "did:key:zAnn", signature);
      assertThatThrownBy(() -> Links.apply(Links.asking(nodes), proof))
          .isInstanceOf(InvalidEventException.class)
          .hasMessage("Invalid proof for signed commit");
      assertThat(node.asked()).isEmpty();
    }
  }

  @Test
  void shouldNotAskForNamesThatAreNone() throws IOException {
    Ipld.Map proof =
        Links.proof(link("eosio").get("proof"))
            .with("account", Ipld.of("a\"b@eosio:aca376f206b8fc25a6ed44dbdc66547c"));
    try (ChainNodes nodes =
        new ChainNodes(
            Map.of("eosio:aca376f206b8fc25a6ed44dbdc66547c", URI.create("http://127.0.0.1:1")))) {
      assertThatThrownBy(() -> Links.apply(Links.asking(nodes), proof))
          .isInstanceOf(InvalidEventException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tezos", "eosio"})
  void shouldNotAskForAnotherAccountsStream(String name) throws IOException {
    JsonNode link = link(name);
    String chain = link.at("/proof/account").asText().split("@")[1];
    try (FakeNode node = new FakeNode(200, link.get("chain").toString());
        ChainNodes nodes = node.of(chain)) {
      assertThatThrownBy(
              () ->
                  Links.apply(
                      Links.asking(nodes), Links.proof(link.get("proof")), "someone@" + chain))
          .isInstanceOf(InvalidEventException.class)
          .hasMessageContaining("doesn't match stream controller");
      assertThat(node.asked()).isEmpty();
    }
  }
}
