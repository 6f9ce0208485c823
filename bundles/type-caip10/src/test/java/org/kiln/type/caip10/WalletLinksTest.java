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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.stream.DependencyMissingException;
import org.kiln.api.stream.InvalidEventException;

/** Links as the published wallet code makes them, judged by js-ceramic's validator. */
class WalletLinksTest {
  /** js-ceramic asks whether some key signed, we whether the address's key did. */
  private static final Set<String> STRICTER =
      Set.of("cosmos, signed by the key of another address");

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
    boolean stricter = STRICTER.contains(link.get("name").asText());
    if (link.get("jsCeramic").asText().equals("valid") && !stricter) {
      assertThat(Links.apply(type, proof).latestContent())
          .isEqualTo(Ipld.of("did:key:z6Mkpr5dTHFrgfAoswnCqtsH9sZVvT2F22yyuosQ3ux3evhV"));
    } else {
      assertThatThrownBy(() -> Links.apply(type, proof))
          .isInstanceOf(InvalidEventException.class)
          .hasMessage("Invalid proof for signed commit");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "tz1bzU4pFLzVfCCMDLXrbYxfNZdExNqUjbvd@tezos:NetXdQprcVkpaWU, the keys have to be asked",
    "5hmuyxw9xdgbpptgypokw4thfyoe3ryenebr381z9iaegmfy@polkadot:b0a8d493285c2df73290, sr25519",
    "idx3idx3idx3@eosio:aca376f206b8fc25a6ed44dbdc66547c, the keys have to be asked",
    "f3wajdfkpeyry5ny75giki4yr7hvychqsvyifzdzhunoeqlx6timpl4so4n@fil:f, secp256k1 key",
  })
  void shouldWaitWithAccountsItCannotCheck(String account, String why) {
    assertThatThrownBy(() -> Links.apply(type, Links.proof(account, "x", "did:key:zAnn", "0xabcd")))
        .isInstanceOfSatisfying(
            DependencyMissingException.class,
            e -> assertThat(e.missing()).startsWith("caip10-account:"))
        .hasMessageContaining(account)
        .hasMessageContaining(why);
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
