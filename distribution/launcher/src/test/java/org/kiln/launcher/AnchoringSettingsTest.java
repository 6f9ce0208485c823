package org.kiln.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchoringSettingsTest {
  private static final String URL = "http://127.0.0.1:7";

  @TempDir private Path data;

  private Configuration load(String... flags) throws RefusedException {
    Map<String, String> all = new HashMap<>(Map.of("data", data.toString()));
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      all.put(flag.substring(0, equals), flag.substring(equals + 1));
    }
    return Configuration.load(null, Map.of(), all);
  }

  private void check(String... flags) throws RefusedException {
    Problems problems = new Problems();
    new AnchoringSettings(load(flags)).check(problems);
    problems.refuse();
  }

  private void refused(String words, String... flags) {
    assertThatThrownBy(() -> check(flags))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.exitCode()).isEqualTo(Exit.CONFIGURATION))
        .hasMessageContaining(words);
  }

  @Test
  void shouldTakeWhatFitsTogether() throws Exception {
    Files.writeString(data.resolve("evm.key"), "0x" + "0a".repeat(32) + "\n");
    for (String[] flags :
        new String[][] {
          {},
          {"anchor.chain=inmemory:12345"},
          {"anchor.chain=cas:remote", "anchor.remote.url=" + URL},
          {"chain.rpc=eip155:1=" + URL},
          {"chain.rpc=tezos:NetXdQprcVkpaWU=" + URL},
          {"chain.rpc=eosio:aca376f206b8fc25a6ed44dbdc66547c=" + URL + ",eip155:1=" + URL},
          {"anchor.service.clients=did:key:a,*"},
          {
            "anchor.evm.key-file=evm.key",
            "anchor.chain=eip155:100",
            "chain.rpc=eip155:1=" + URL + ",eip155:100=" + URL
          }
        }) {
      check(flags);
    }
    assertThat(load("anchor.evm.key-file=evm.key").file("anchor.evm.key-file"))
        .isEqualTo(data.resolve("evm.key"));
  }

  @Test
  void rejectsAKeyThatNothingIsWrittenWith() {
    refused("anchor.chain is empty", "anchor.evm.key-file=evm.key");
    refused("anchor.chain is cas:remote", "anchor.evm.key-file=k", "anchor.chain=cas:remote");
  }

  @Test
  void rejectsAChainThatCannotBeReached() {
    refused(
        "names no node of that chain",
        "anchor.evm.key-file=evm.key",
        "anchor.chain=eip155:10",
        "chain.rpc=eip155:100=" + URL);
    refused(
        "cannot be read",
        "anchor.evm.key-file=missing.key",
        "anchor.chain=eip155:100",
        "chain.rpc=eip155:100=" + URL);
  }

  @Test
  void rejectsAKeyThatIsNoneWithoutShowingIt() throws Exception {
    Files.writeString(data.resolve("evm.key"), "my secret words");
    String[] flags = {
      "anchor.evm.key-file=evm.key", "anchor.chain=eip155:100", "chain.rpc=eip155:100=" + URL
    };
    refused("does not hold 64 hexadecimal digits", flags);
    assertThatThrownBy(() -> check(flags)).hasMessageNotContaining("secret words");
  }

  @Test
  void shouldSayWhatIsMissingToWriteAnchors() throws Exception {
    assertThat(new AnchoringSettings(load()).missing())
        .containsExactly("anchor.chain", "anchor.evm.key-file", "chain.rpc");
    assertThat(new AnchoringSettings(load("chain.rpc=eip155:1=" + URL)).missing())
        .containsExactly("anchor.chain", "anchor.evm.key-file");
    assertThat(
            new AnchoringSettings(load("anchor.chain=eip155:100", "chain.rpc=eip155:1=" + URL))
                .missing())
        .containsExactly("anchor.evm.key-file", "chain.rpc");
    assertThat(
            new AnchoringSettings(load("anchor.chain=cas:remote", "anchor.remote.url=" + URL))
                .missing())
        .isEmpty();
  }

  @Test
  void rejectsAServiceThatNothingIsSentTo() {
    refused("anchor.remote.url does not say", "anchor.chain=cas:remote");
    refused("anchor.chain is empty", "anchor.remote.url=" + URL);
  }

  @Test
  void rejectsClientsOfANodeThatDoesNotAnchor() {
    refused("cannot anchor for others", "anchor.service.clients=*", "anchor.enabled=false");
    assertThatThrownBy(() -> load("anchor.service.clients=everybody"))
        .hasMessageContaining("everybody is none");
    assertThatThrownBy(() -> load("anchor.remot.url=" + URL))
        .hasMessageContaining("Did you mean anchor.remote.url?");
  }
}
