package org.kiln.type.caip10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;

/** Links as the published wallet code makes them, judged by js-ceramic's validator. */
class WalletLinksTest {
  /** js-ceramic asks whether some key signed, we whether the account's key did. */
  private static final Set<String> STRICTER =
      Set.of(
          "cosmos, signed by the key of another address",
          "polkadot sr25519, key that everybody can sign for",
          "eosio, a key that needs another");

  /** The answer cannot be right, and another one may come. */
  private static final String WRONG_ANSWER = "tezos, the explorer names a key of another account";

  private final Caip10LinkType type = new Caip10LinkType();

  static Stream<Named<JsonNode>> links() throws IOException {
    try (InputStream in = WalletLinksTest.class.getResourceAsStream("links.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false)
          .map(link -> Named.of(link.get("name").asText(), link));
    }
  }

  @ParameterizedTest
  @MethodSource("links")
  void shouldJudgeAsJsCeramicDoes(JsonNode link) throws Exception {
    Ipld.Map proof = Links.proof(link.get("proof"));
    String account = proof.text("account").orElseThrow();
    boolean stricter = STRICTER.contains(link.get("name").asText());
    try (FakeNode node = new FakeNode(200, link.path("chain").toString());
        ChainNodes nodes = node.of(account.substring(account.indexOf('@') + 1))) {
      Caip10LinkType asking = Links.asking(nodes);
      if (link.get("name").asText().equals(WRONG_ANSWER)) {
        assertThatThrownBy(() -> Links.apply(asking, proof))
            .isInstanceOf(DependencyMissingException.class)
            .hasMessageContaining("answered a key of another account");
      } else if (link.get("jsCeramic").asText().equals("valid") && !stricter) {
        assertThat(Links.apply(asking, proof).latestContent())
            .isEqualTo(Ipld.of("did:key:z6Mkpr5dTHFrgfAoswnCqtsH9sZVvT2F22yyuosQ3ux3evhV"));
      } else {
        assertThatThrownBy(() -> Links.apply(asking, proof))
            .isInstanceOf(InvalidEventException.class)
            .hasMessage("Invalid proof for signed commit");
      }
      assertThat(node.asked().isEmpty()).isEqualTo(!link.has("chain") || isBroken(link));
    }
  }

  /** Nobody is asked about a signature that is none. */
  private static boolean isBroken(JsonNode link) {
    return link.get("name").asText().endsWith("broken signature");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f01024@fil:f",
        "f2m4f2dv7m35skytoqzsyrh5wqz3kxxfflxsha5za@fil:f",
        "f410fkkld55ioe7qg24wvt7fu6pbknb56ht7ptloy@fil:f"
      })
  void shouldWaitWithAccountsThatAreNoKeys(String account) {
    assertThatThrownBy(() -> Links.apply(type, Links.proof(account, "x", "did:key:zAnn", "0xabcd")))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).hasToString("caip10-account:fil"))
        .hasMessageContaining(account)
        .hasMessageContaining("begin with f1 or f3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6@bip122:000000000019d6689c085ae165831e93",
        "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7@stacks:1",
        "0xabc@unheard:1"
      })
  void rejectsNamespacesLinksDoNotKnow(String account) {
    String namespace = account.substring(account.indexOf('@') + 1, account.lastIndexOf(':'));
    assertThatThrownBy(() -> Links.apply(type, Links.proof(account, "x", "did:key:zAnn", "0xabcd")))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageEndingWith("proof with namespace '" + namespace + "' not supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"message", "signature", "account"})
  void rejectsFieldsWithoutEnd(String field) {
    Ipld.Map proof =
        Links.proof("0xabc@eip155:1", "ethereum-eoa", "did:key:zAnn", "0xabcd")
            .with(field, Ipld.of("a".repeat(20_000)));
    assertThatThrownBy(() -> Links.apply(type, proof, "0xabc@eip155:1"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("20000 characters");
  }

  @Test
  void rejectsALinkOfAnotherAccount() throws Exception {
    JsonNode near = links().map(Named::getPayload).findFirst().orElseThrow().get("proof");
    assertThatThrownBy(() -> Links.apply(type, Links.proof(near), "bob@near:mainnet"))
        .isInstanceOf(InvalidEventException.class)
        .hasMessageContaining("doesn't match stream controller 'bob@near:mainnet'");
  }
}
