package org.kiln.did.pkh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kiln.api.did.DidDocument;
import org.kiln.api.did.DidException;
import org.kiln.api.did.DidMethod.ResolveOptions;
import org.kiln.api.did.DidUrl;
import org.kiln.api.ipld.Ipld;
import org.kiln.api.plugin.Deadline;
import org.kiln.testkit.Vectors;

class PkhDidMethodTest {
  private static DidDocument resolve(String did) throws DidException {
    return new PkhDidMethod()
        .resolve(DidUrl.parse(did), new ResolveOptions(Optional.empty(), Deadline.NONE));
  }

  @Test
  void shouldMakeTheDocumentOfTheJavaScriptResolver() throws Exception {
    Vectors.Entry entry =
        Vectors.load("jws").stream()
            .filter(candidate -> candidate.name().equals("resolve-pkh"))
            .findFirst()
            .orElseThrow();
    assertThat(resolve(entry.inputs().get("did").asText()).json())
        .isEqualTo(Cacaos.of(entry.expected().get("didDocument")));
  }

  @Test
  void shouldAddTheTezosMethod() throws Exception {
    String did = "did:pkh:tezos:NetXdQprcVkpaWU:tz2BFTyPeYRzxd5aiBchbXN3WCZhx7BqbMBq";
    assertThat(resolve(did).json().get("authentication"))
        .contains(
            Ipld.list(Ipld.of(did + "#blockchainAccountId"), Ipld.of(did + "#TezosMethod2021")));
  }

  @Test
  void shouldGiveNoKeyThatSigns() throws Exception {
    assertThat(
            resolve("did:pkh:bip122:000000000019d6689c085ae165831e93:128Lkh3S7CkDTBZ8W7Bbps")
                .verificationMethods())
        .isNotEmpty()
        .allSatisfy(method -> assertThat(method.algorithms()).isEmpty());
    assertThat(
            resolve("did:pkh:solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1:FxD8SWq6yip24VXUvBEKJ8yGtR5MJ")
                .verificationMethods())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "did:pkh:eip155",
        "did:pkh:eip155:1",
        "did:pkh:eip155:1:",
        "did:pkh:cosmos:hub:cosmos1",
        "did:pkh:e:1:0xab",
        "did:key:z6Mk"
      })
  void rejectsWhatIsNoAccount(String did) {
    assertThatThrownBy(
            () ->
                new PkhDidMethod()
                    .resolve(
                        DidUrl.parse(did), new ResolveOptions(Optional.empty(), Deadline.NONE)))
        .isInstanceOfAny(DidException.class, IllegalArgumentException.class);
  }

  @Test
  void rejectsAddressesWithoutEnd() {
    assertThat(Account.of("did:pkh:eip155:1:0x" + "a".repeat(126))).isPresent();
    assertThat(Account.of("did:pkh:eip155:1:0x" + "a".repeat(127))).isEmpty();
    assertThat(Account.of("did:pkh:eip155:1:0x" + "a".repeat(100_000))).isEmpty();
  }

  @Property
  void shouldSplitOnlyWhatItPutsTogetherAgain(@ForAll String text) {
    Account.of("did:pkh:" + text)
        .ifPresent(account -> assertThat(account.toString()).isEqualTo(text));
  }
}
